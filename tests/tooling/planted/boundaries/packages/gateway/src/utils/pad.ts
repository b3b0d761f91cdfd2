// expect: banned-folder
export const pad = 1;
