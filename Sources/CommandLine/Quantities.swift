import ArgumentParser
import CanonicalJSON
import Environment
import Scenarios

/// A length of time on the command line: `250ms`, `5s`, `2m`, `1h`.
struct TimeSpan: ExpressibleByArgument {
  var duration: Duration

  init?(argument: String) {
    guard let duration = Duration(written: argument) else { return nil }
    self.duration = duration
  }
}

/// An amount of memory on the command line: `512MiB`, `4GiB`.
struct ByteCount: ExpressibleByArgument {
  var bytes: Int

  private static let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]

  init(bytes: Int) {
    self.bytes = bytes
  }

  init?(argument: String) {
    for (name, size) in Self.units where argument.hasSuffix(name) {
      guard let count = Int(argument.dropLast(name.count)), (1...(1 << 20)).contains(count) else {
        return nil
      }
      bytes = count * size
      return
    }
    return nil
  }

  /// As it is written on the command line.
  var text: String {
    let unit = Self.units.first { bytes.isMultiple(of: $0.1) }
    return unit.map { "\(bytes / $0.1)\($0.0)" } ?? "\(bytes) bytes"
  }
}

/// A seed on the command line: decimal, or hexadecimal after `0x`.
struct Seed: ExpressibleByArgument {
  var value: UInt64

  init(value: UInt64) {
    self.value = value
  }

  var defaultValueDescription: String { "\(value)" }

  init?(argument: String) {
    let isHex = argument.hasPrefix("0x")
    guard let number = isHex ? UInt64(argument.dropFirst(2), radix: 16) : UInt64(argument) else {
      return nil
    }
    value = number
  }
}

/// `name=value` for a parameter of a workload.
struct Assignment: ExpressibleByArgument {
  var choice: ParameterChoice

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    choice = ParameterChoice(parts[0], parts[1])
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
