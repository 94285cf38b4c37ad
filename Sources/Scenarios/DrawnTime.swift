import CanonicalJSON
import Environment

/// A time as a schedule writes it: fixed, or a range from which the seed draws. Whole milliseconds.
package struct DrawnTime: Hashable, Sendable {
  /// The longest time of a schedule.
  static let limit = Duration.seconds(86_400)
  /// How one time is written, as a regular expression.
  static let pattern = "[0-9]+(ms|s|m|h)"
  /// How a time or a range is written.
  static let rangePattern = "\(pattern)(\\.\\.\(pattern))?"

  /// The earliest, in milliseconds.
  package var earliest: Int64
  /// How many milliseconds it may be drawn from, the earliest included; 1 for a fixed time.
  package var choices: Int64

  /// Exactly this time.
  init(_ time: Duration) {
    earliest = time.nanoseconds / 1_000_000
    choices = 1
  }

  /// A time from `lower` on and before `upper`, which lies later.
  init(from lower: Duration, before upper: Duration) {
    earliest = lower.nanoseconds / 1_000_000
    choices = upper.nanoseconds / 1_000_000 - earliest
  }

  /// The latest time that it can be.
  var latest: Duration { .milliseconds(earliest + choices - 1) }

  /// The time for the next of `draws`; a fixed time takes none.
  func resolve(_ draws: inout SeededGenerator) -> Duration {
    let drawn = choices == 1 ? 0 : draws.draw(in: 0...(choices - 1))
    return .milliseconds(earliest + drawn)
  }
}

extension JSONReader {
  /// A time in words, at least `least` and at most a day.
  func time(atLeast least: Duration = .zero) throws(JSONError) -> Duration {
    let expected = "a time such as 250ms or 8s"
    guard case .string(let text) = value, let time = Self.time(text) else {
      throw mismatch(expected: expected)
    }
    guard time <= DrawnTime.limit else { throw mismatch(expected: "at most 24h") }
    guard time >= least else {
      throw mismatch(expected: "at least \(least.nanoseconds / 1_000_000)ms")
    }
    return time
  }

  /// A time or a range of times in words.
  func drawnTime() throws(JSONError) -> DrawnTime {
    guard case .string(let text) = value, let dots = text.firstRange(of: "..") else {
      guard case .string(let text) = value, Self.time(text) != nil else {
        throw mismatch(expected: "a time such as 8s, or a range such as 8s..10s")
      }
      return DrawnTime(try time())
    }
    guard let lower = Self.time(String(text[..<dots.lowerBound])),
      let upper = Self.time(String(text[dots.upperBound...]))
    else { throw mismatch(expected: "a range such as 8s..10s") }
    guard lower < upper else {
      throw mismatch(expected: "a range whose end is later than its beginning")
    }
    guard upper <= DrawnTime.limit else { throw mismatch(expected: "at most 24h") }
    return DrawnTime(from: lower, before: upper)
  }

  /// The time, if it is one of whole milliseconds.
  private static func time(_ text: String) -> Duration? {
    guard !text.hasSuffix("ns"), !text.hasSuffix("us") else { return nil }
    return Duration(written: text)
  }
}
