/** Every bound of the driver with its reason. Reliability O1–O23 name where they come from. */
export type Limits = typeof usualLimits

export const usualLimits = {
  headerMs: 10_000, // O23: Node's own 60 s lets a slow handshake hold a socket six times as long.
  headerBytes: 8_192, // O10: a handshake with the longest password needs 600 bytes.
  unfinishedSockets: 2_048, // O23: beyond this the oldest half-open socket goes, a real one needs milliseconds.
  connections: 10_000, // Below the usual file limit; a site has hundreds.
  payloadBytes: 65_536, // O12, O13.
  parkedPayloadBytes: 4_096, // A stranger's BootNotification has 1 kB at most.
  parked: 256, // Unclaimed chargers at a time.
  parkedMs: 60_000, // Then it may knock again, and be let in if somebody has claimed it meanwhile.
  parkedMessages: 20,
  triesPerMinute: 5, // O2, for each identity and each address.
  slowAnswerMs: 1_000, // How long a wrong try waits once there were too many.
  slowAnswers: 256, // Waiting wrong tries; more are cut off unanswered.
  probeMs: 2_000, // O3: how long a living link has to show that it lives.
  switchMs: 60_000, // O4: at most one forced switch a minute.
  alertMs: 60_000, // One alert a minute for each charger, however often somebody tries.
  unsentBytes: 1_048_576, // A charger that does not read: the link is dropped.
  tickMs: 1_000,
  quietMs: 30_000,
  workMs: 30_000, // A commit takes milliseconds; beyond this the store is broken and the charger must send again.
  pongMs: 15_000,
  askMs: 30_000, // A slow charger needs 10 to 20 s for a call that touches its hardware.
  setPointMs: 10_000, // A set-point that is older is not worth waiting for: the next one is due.
  listMs: 10_000, // A list goes into flash; meanwhile a set-point waits, so no longer.
  lookMs: 5_000, // Looking is never urgent, and while it is not answered a set-point waits.
  closeMs: 2_000,
  heartbeatS: 300, // Only for the charger's clock: whether it lives is asked by ping.
  retryBootS: 60 // Pending and rejected chargers ask again after this.
}
