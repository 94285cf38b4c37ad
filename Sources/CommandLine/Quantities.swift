import ArgumentParser
import CanonicalJSON

/// A length of time on the command line: `250ms`, `5s`, `2m`, `1h`.
struct TimeSpan: ExpressibleByArgument {
  var duration: Duration

  private static let units: [(suffix: String, nanoseconds: Int64)] = [
    ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
  ]

  init?(argument: String) {
    for (suffix, nanoseconds) in Self.units where argument.hasSuffix(suffix) {
      guard let count = Int64(argument.dropLast(suffix.count)), count >= 0 else { continue }
      let (product, overflow) = count.multipliedReportingOverflow(by: nanoseconds)
      if overflow { return nil }
      duration = .nanoseconds(product)
      return
    }
    return nil
  }
}

/// A seed on the command line: decimal, or hexadecimal after `0x`.
struct Seed: ExpressibleByArgument {
  var value: UInt64

  init(value: UInt64) {
    self.value = value
  }

  init?(argument: String) {
    let isHex = argument.hasPrefix("0x")
    guard let number = isHex ? UInt64(argument.dropFirst(2), radix: 16) : UInt64(argument) else {
      return nil
    }
    value = number
  }
}

/// `name=value`, where the value is an integer, or a time for a parameter in nanoseconds.
struct Assignment: ExpressibleByArgument {
  var name: String
  var value: Int64

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    if let integer = Int64(parts[1]) {
      value = integer
    } else if let span = TimeSpan(argument: parts[1]) {
      let (seconds, attoseconds) = span.duration.components
      value = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    } else {
      return nil
    }
    name = parts[0]
  }
}

/// Looks a name up among the known ones; the error names the nearest.
func known<Value>(
  _ what: String, _ name: String, among names: [String], _ find: (String) -> Value?
) throws -> Value {
  if let value = find(name) { return value }
  throw CommandFailure(
    ExitStatus.usage,
    "there is no \(what) \"\(name)\"\(NearestName.suggestion(for: name, among: names)); "
      + "known: \(names.joined(separator: ", "))")
}
