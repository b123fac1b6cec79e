import type * as api from "../api.ts"
import { Heading, Scrollable } from "./Parts.tsx"

/** The configuration in force, versions and permissions. */
export const Settings = ({ settings }: { settings: api.Settings }) => {
  const { schedule, config, versions, grants } = settings
  return (
    <>
      <Heading>Settings</Heading>
      <section aria-labelledby="schedule">
        <h2 id="schedule">Schedule</h2>
        <p>
          {schedule.words}, in the time zone {schedule.timeZone} (<code>{schedule.expression}</code>).
          {schedule.paused ? <strong> It is paused.</strong> : schedule.next && ` Next: ${schedule.next.at}.`}
        </p>
      </section>
      <section aria-labelledby="config">
        <h2 id="config">Configuration of this checkout</h2>
        <Pairs of={config} />
      </section>
      <section aria-labelledby="versions">
        <h2 id="versions">Versions</h2>
        <Pairs of={versions} />
      </section>
      <section aria-labelledby="grants">
        <h2 id="grants">What each function may do</h2>
        {grants.map(({ who, may }) => (
          <details key={who}>
            <summary>
              {who} <small>{may.length}</small>
            </summary>
            <ul>
              {may.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          </details>
        ))}
      </section>
    </>
  )
}

const Pairs = ({ of }: { of: Readonly<Record<string, string>> }) => (
  <Scrollable label="Values">
    <table>
      <tbody>
        {Object.entries(of).map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scrollable>
)
