export const systemProxySection = {
  how: 'How this Mac is told',
  manual: 'Proxy settings',
  manualDetail:
    'Reaches most programs. Should Latchkey be gone without having put them back, they cannot connect until it is.',
  pac: 'PAC file',
  pacDetail:
    'With Latchkey gone, browsers go direct. Python, Java and many others do not read it; nor does it know the hosts that macOS lists as exceptions.',
  localNetworks: 'Reach local networks directly',
  localNetworksDetail: 'Printers and other devices near by, without Latchkey',
  noProxy: 'Reach no-proxy addresses directly',
  noProxyDetail: 'Without Latchkey, and so not in Activity',
  putBack: 'Your own settings come back when Latchkey is turned off, quits or crashes.',
};
