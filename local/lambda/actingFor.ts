const between = " for "

/** A service acting for a resource, as a principal: policies ask it for its `aws:SourceArn` and `aws:SourceAccount`. */
export const actingFor = (service: string, sourceArn: string): string => `${service}${between}${sourceArn}`

/** Reads such a principal back; undefined for any other, a role's ARN say. */
export const actingService = (
  principal: string
): { readonly service: string; readonly sourceArn: string } | undefined => {
  const [service, sourceArn] = principal.split(between)
  return service === undefined || sourceArn === undefined ? undefined : { service, sourceArn }
}
