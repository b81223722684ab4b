/** Seconds of the processor that this process took so far: what a bound can be of, since other programs add none. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
