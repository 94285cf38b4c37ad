extension Duration {
  /// The units in which people write times, with their nanoseconds.
  private static let writtenUnits: [(suffix: String, nanoseconds: Int64)] = [
    ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
  ]

  /// The time that `text` writes as digits and a unit (ns, us, ms, s, m, h): `250ms`, `5s`.
  ///
  /// Nil for anything else, and for more than 292 years.
  public init?(written text: some StringProtocol) {
    let digits = text.prefix { ("0"..."9").contains($0) }
    let suffix = text.dropFirst(digits.count)
    guard let count = Int64(digits),
      let unit = Self.writtenUnits.first(where: { $0.suffix == suffix })
    else { return nil }
    let (nanoseconds, overflow) = count.multipliedReportingOverflow(by: unit.nanoseconds)
    if overflow { return nil }
    self = .nanoseconds(nanoseconds)
  }
}
