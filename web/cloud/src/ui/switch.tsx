import '@awesome.me/webawesome/dist/components/switch/switch.js';

export function Switch(props: {
  label: string;
  hint?: string;
  isOn: boolean;
  isOff?: boolean;
  onChange: (isOn: boolean) => void;
}) {
  return (
    <wa-switch
      size="s"
      checked={props.isOn}
      disabled={Boolean(props.isOff)}
      {...(props.hint ? { hint: props.hint } : {})}
      onChange={(event: { target: EventTarget | null }) =>
        props.onChange((event.target as HTMLInputElement).checked)
      }
    >
      {props.label}
    </wa-switch>
  );
}
