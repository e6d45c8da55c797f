/** For so long the Keychain is waited for. macOS may ask the user before it answers, who may not be there for minutes. */
export const defaultKeychainWaitMs = 3_000;
