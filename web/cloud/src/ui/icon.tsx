import sprite from '../assets/icons.svg?url';

export function Icon({ name, slot }: { name: string; slot?: string }) {
  return (
    <svg class="icon" aria-hidden="true" slot={slot}>
      <use href={`${sprite}#${name}`} />
    </svg>
  );
}
