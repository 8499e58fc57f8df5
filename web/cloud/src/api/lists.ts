/* Reading that several pages share. */
import { useQuery } from '@tanstack/preact-query';
import { api, askAll, type Channel, type Connector, type Due, got } from './client.ts';
import { listCouriers } from './shipments.ts';

export function useConnectors() {
  return useQuery({
    queryKey: ['connectors'],
    queryFn: () => askAll<Connector>('/api/v1/connectors'),
    refetchInterval: 15_000,
  });
}

/** The label of a connector by its id, or the id; nothing until they are here. */
export function useLabels(): (id: string | null) => string {
  const items = useConnectors().data?.items;
  if (!items) return (id) => (id ? '' : '–');
  return (id) => items.find((c: Connector) => c.id === id)?.label ?? id ?? '–';
}

export function useChannels() {
  return useQuery({
    queryKey: ['channels'],
    queryFn: () => askAll<Channel>('/api/v1/channels'),
  });
}

export function useCouriers() {
  return useQuery({ queryKey: ['couriers'], queryFn: listCouriers, staleTime: 60_000 });
}

/** The order list's tabs, the most urgent first. */
export const DUES: Due[] = ['late', 'today', 'tomorrow', 'later', 'none', 'managed'];

export function useSummary() {
  return useQuery({
    queryKey: ['summary'],
    queryFn: () => got(api.GET('/api/v1/summary')),
    refetchInterval: 15_000,
  });
}
