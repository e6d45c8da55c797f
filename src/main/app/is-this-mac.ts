/** Whether a host name or address means this Mac itself. */
export function isThisMac(host: string): boolean {
  return /^(?:127\.\d+\.\d+\.\d+|localhost|::1)$/i.test(host);
}
