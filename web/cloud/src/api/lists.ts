/* Reading that several pages share. */
import { useQuery } from '@tanstack/preact-query';
import { api, type Connector, got } from './client.ts';
import { listCouriers } from './shipments.ts';
import { getSummary } from './wanted.ts';

export function useConnectors() {
  return useQuery({
    queryKey: ['connectors'],
    queryFn: () => got(api.GET('/api/v1/connectors', { params: { query: { limit: 100 } } })),
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
    queryFn: () => got(api.GET('/api/v1/channels', { params: { query: { limit: 100 } } })),
  });
}

export function useCouriers() {
  return useQuery({ queryKey: ['couriers'], queryFn: listCouriers, staleTime: 60_000 });
}

/** null from a program that does not count yet. */
export function useSummary() {
  return useQuery({ queryKey: ['summary'], queryFn: getSummary, refetchInterval: 15_000 });
}
