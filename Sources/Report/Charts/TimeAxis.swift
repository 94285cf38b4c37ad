import Environment
import Judging

/// The horizontal axis: the time since the run's origin.
struct TimeAxis: Hashable {
  /// A labelled instant.
  struct Tick: Hashable {
    var at: Duration
    var label: String
  }

  private static let second: Int64 = 1_000_000_000
  /// Steps that people count in, in seconds; above them whole days.
  private static let steps: [Int64] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400,
  ]

  /// The end of the axis, above zero.
  let end: Duration

  init(end: Duration) {
    self.end = max(end, .milliseconds(1))
  }

  /// The place of an instant between 0 and 1.
  func place(_ instant: Instant) -> Double {
    min(1, max(0, Double(instant.nanoseconds) / Double(end.nanoseconds)))
  }

  /// At most so many ticks after the one at zero.
  func ticks(atMost limit: Int) -> [Tick] {
    let step = step(atMost: max(1, limit))
    let count = end.nanoseconds / step
    return (0...count).map { number in
      Tick(at: .nanoseconds(number * step), label: Self.label(number * step, step: step))
    }
  }

  private func step(atMost limit: Int) -> Int64 {
    let least = (end.nanoseconds - 1) / Int64(limit) + 1
    if least <= Self.second {
      return Int64(ValueAxis.roundStep(atLeast: Double(least)).rounded(.up))
    }
    if let step = Self.steps.first(where: { $0 * Self.second >= least }) {
      return step * Self.second
    }
    let day = 86_400 * Self.second
    return ((least - 1) / day + 1) * day
  }

  private static func label(_ nanoseconds: Int64, step: Int64) -> String {
    if nanoseconds == 0 { return "0 s" }
    if step < second { return Readable.setting(.nanoseconds(nanoseconds)) }
    let seconds = nanoseconds / second
    if step >= 3600 * second { return "\(Readable.count(Int(seconds / 3600))) h" }
    if step >= 60 * second { return "\(seconds / 60) min" }
    return seconds < 120 ? "\(seconds) s" : "\(seconds / 60):\(padded(seconds % 60)) min"
  }

  private static func padded(_ number: Int64) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
