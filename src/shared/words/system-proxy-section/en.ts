export const systemProxySection = {
  meaning: 'Apps that follow this Mac’s proxy settings go through Latchkey while it is on.',
  how: 'How this Mac is told',
  manual: 'Proxy settings',
  manualDetail: 'Reaches most programs',
  manualMore:
    'Proxy settings: should Latchkey be gone without having put them back, programs cannot connect until it is there again.',
  pac: 'PAC file',
  pacDetail: 'With Latchkey gone, browsers go direct',
  pacMore:
    'PAC file: Python, Java and many others do not read it; nor does it know the hosts that macOS lists as exceptions.',
  localNetworks: 'Reach local networks directly',
  localNetworksDetail: 'Printers and other devices near by, without Latchkey',
  noProxy: 'Reach no-proxy addresses directly',
  noProxyDetail: 'Without Latchkey, and so not in Activity',
  putBack: 'Your own settings come back when Latchkey is turned off, quits or crashes.',
};
