import english from "i18n-iso-countries/langs/en.json" with { type: "json" }

/** The ISO 3166-1 alpha-2 codes of countries by their English names, each code once. A name without a code is left out. */
export const countryCodes = (names: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(names.flatMap((name) => codeByName.get(name.toLowerCase()) ?? []))
]

/** IMDb's names that the library does not have. West Germany has the code of Germany, which is the same state. */
const imdbNames: Readonly<Record<string, ReadonlyArray<string>>> = {
  BN: ["Brunei"],
  BS: ["The Bahamas"],
  CC: ["Cocos Islands"],
  CD: ["The Democratic Republic of Congo", "Democratic Republic of Congo"],
  CG: ["Congo"],
  CV: ["Cabo Verde"],
  CW: ["Curacao"],
  DE: ["West Germany"],
  FK: ["Falkland Islands"],
  FM: ["Micronesia", "Federated States of Micronesia"],
  LA: ["Laos"],
  MD: ["Moldova"],
  MK: ["Macedonia", "Republic of North Macedonia", "The former Yugoslav Republic of Macedonia"],
  MM: ["Burma"],
  MO: ["Macau"],
  PS: ["Occupied Palestinian Territory", "Palestinian Territory"],
  RE: ["Réunion"],
  SY: ["Syria"],
  SZ: ["Swaziland"],
  TL: ["East Timor"],
  VA: ["Holy See", "Vatican", "Vatican City"],
  VG: ["British Virgin Islands"],
  VI: ["U.S. Virgin Islands"]
}

// IMDb's names come last: `Congo` is a name of two countries in the library.
const codeByName = new Map(
  [english.countries, imdbNames].flatMap((names) =>
    Object.entries(names).flatMap(([code, name]) => [name].flat().map((each) => [each.toLowerCase(), code] as const))
  )
)
