export declare function updateFeedSettings(env: NodeJS.ProcessEnv): readonly string[];
export declare function notesOf(changelog: string, version: string): string;
