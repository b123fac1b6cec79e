/** Removes the marks of styles, which a command replaces when it prints. */
export const withoutMarks = (text: string): string => text.replace(/\uE000[^m]+m/g, "")
