export const attempt = 1;
