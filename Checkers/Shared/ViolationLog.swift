import Environment
import Harness

/// How many violations of one guarantee there were, and the first of them.
struct ViolationLog: Sendable {
  private(set) var count = 0
  private(set) var witnesses: [Witness] = []
  private let limit: Int

  init(limit: Int) {
    self.limit = max(0, limit)
  }

  /// Whether another witness would be kept.
  var hasRoom: Bool { witnesses.count < limit }

  /// Counts a violation and keeps its witness while there is room.
  mutating func add(_ witness: Witness?) {
    count += 1
    if let witness, hasRoom { witnesses.append(witness) }
  }

  /// Counts the violations of another log after those of this one.
  mutating func add(_ other: ViolationLog) {
    count += other.count
    witnesses.append(contentsOf: other.witnesses.prefix(max(0, limit - witnesses.count)))
  }
}

extension Instant {
  /// Seconds since the run's origin to the microsecond, for witnesses: `12.345678 s`.
  package var text: String {
    let microseconds = nanoseconds.magnitude / 1000
    let fraction = String(microseconds % 1_000_000)
    let zeros = String(repeating: "0", count: 6 - fraction.count)
    return "\(nanoseconds < 0 ? "-" : "")\(microseconds / 1_000_000).\(zeros)\(fraction) s"
  }
}

extension Duration {
  /// Seconds to the microsecond, for witnesses.
  package var text: String { Instant(nanoseconds: nanoseconds).text }
}
