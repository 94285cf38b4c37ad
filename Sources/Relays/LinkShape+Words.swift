import Environment

extension LinkShape {
  private static let keys = [
    "delay-us", "jitter-us", "bytes-per-second", "stall-every-us", "stall-for-us", "seed",
  ]

  /// The shape as words `key=value`, without those that have their default.
  package var words: [String] {
    let values: [UInt64?] = [
      delay.microsecondCount, jitter.microsecondCount, bytesPerSecond.map { UInt64($0) },
      stallEvery?.microsecondCount, stallFor.microsecondCount, seed,
    ]
    return zip(Self.keys, values).compactMap { key, value in
      guard let value, value != 0 else { return nil }
      return "\(key)=\(value)"
    }
  }

  /// The shape that `words` describe, each key once at most.
  package init(words: [some StringProtocol]) throws(RelayError) {
    var values: [String: UInt64] = [:]
    for word in words {
      let (key, value) = try Self.setting(String(word))
      guard values.updateValue(value, forKey: key) == nil else {
        throw RelayError(.badRequest, "\(key) is given twice")
      }
    }
    try self.init(
      delay: .microseconds(Self.clamped(values["delay-us"])),
      jitter: .microseconds(Self.clamped(values["jitter-us"])),
      bytesPerSecond: values["bytes-per-second"].map { Int(clamping: $0) },
      stallEvery: values["stall-every-us"].map { .microseconds(Self.clamped($0)) },
      stallFor: .microseconds(Self.clamped(values["stall-for-us"])), seed: values["seed"] ?? 0)
  }

  private static func setting(_ word: String) throws(RelayError) -> (key: String, value: UInt64) {
    let parts = word.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, keys.contains(String(parts[0])) else {
      throw RelayError(
        .badRequest,
        "'\(word.prefix(40))' is not a setting of the form KEY=NUMBER; "
          + "keys are \(keys.joined(separator: ", "))")
    }
    guard parts[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let value = UInt64(parts[1])
    else {
      throw RelayError(.badRequest, "'\(word.prefix(60))': the value is not a whole number")
    }
    return (String(parts[0]), value)
  }

  /// A count of microseconds that stays far out of every bound without overflow.
  private static func clamped(_ microseconds: UInt64?) -> Int64 {
    Int64(min(microseconds ?? 0, 1 << 50))
  }
}

extension Duration {
  fileprivate var microsecondCount: UInt64 { UInt64(clamping: nanoseconds / 1000) }
}
