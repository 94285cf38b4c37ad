/// How busy the machine is, as counters since boot; two readings make a share.
package struct MachineFigures: Hashable, Sendable {
  /// Clock ticks of all processors together.
  package var totalTicks: UInt64
  /// Of those, the ticks without work.
  package var idleTicks: UInt64
  /// Of those, the ticks that the machine beneath this one gave to others.
  package var stolenTicks: UInt64
  /// The load average of the last minute, times 100.
  package var loadHundredths: UInt64

  /// Reads the texts of /proc/stat and /proc/loadavg; nil if they are something else.
  init?(stat: String, load: String) {
    guard let line = stat.split(separator: "\n").first, line.hasPrefix("cpu ") else { return nil }
    let ticks = line.split(separator: " ").dropFirst().compactMap { UInt64($0) }
    guard ticks.count >= 8, let average = load.split(separator: " ").first else { return nil }
    let parts = average.split(separator: ".")
    guard parts.count == 2, parts[1].count == 2, let whole = UInt64(parts[0]),
      let hundredths = UInt64(parts[1])
    else { return nil }
    // user nice system idle iowait irq softirq steal; guest time is counted in user already.
    totalTicks = ticks.prefix(8).reduce(0, +)
    idleTicks = ticks[3] + ticks[4]
    stolenTicks = ticks[7]
    loadHundredths = whole * 100 + hundredths
  }

  /// Stolen ticks per thousand ticks since `earlier`; 0 if no time has passed.
  package func stolenPerMille(since earlier: MachineFigures) -> UInt64 {
    let total = totalTicks &- earlier.totalTicks
    return total == 0 ? 0 : (stolenTicks &- earlier.stolenTicks) * 1000 / total
  }
}

extension LocalHost {
  /// How busy the machine is; nil if /proc cannot be read.
  package func figures() -> MachineFigures? {
    guard let stat = readText("/proc/stat"), let load = readText("/proc/loadavg") else {
      return nil
    }
    return MachineFigures(stat: stat, load: load)
  }
}
