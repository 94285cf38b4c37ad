/// The time at the beginning of a line of RabbitMQ's log since 3.9, by the node's own clock and
/// with its offset from UTC: `2026-12-01 13:27:18.123456+01:00 [error] <0.1.0> …`.
enum RabbitMQLogTime {
  private static let length = 32
  /// What stands between the numbers, by its place.
  private static let marks: [(place: Int, mark: UInt8)] = [
    (4, UInt8(ascii: "-")), (7, UInt8(ascii: "-")), (10, UInt8(ascii: " ")),
    (13, UInt8(ascii: ":")), (16, UInt8(ascii: ":")), (19, UInt8(ascii: ".")),
    (29, UInt8(ascii: ":")),
  ]

  /// The time in nanoseconds since 1970 (UTC); nil for a line that does not begin with one.
  static func unixNanoseconds(of line: Substring) -> Int64? {
    let bytes = Array(line.utf8.prefix(length))
    guard bytes.count == length, marks.allSatisfy({ bytes[$0.place] == $0.mark }),
      let year = number(bytes[0..<4]), let month = number(bytes[5..<7], 1...12),
      let day = number(bytes[8..<10], 1...31), let hour = number(bytes[11..<13], 0...23),
      let minute = number(bytes[14..<16], 0...59), let second = number(bytes[17..<19], 0...60),
      let micro = number(bytes[20..<26]), let hours = number(bytes[27..<29], 0...23),
      let minutes = number(bytes[30..<32], 0...59),
      [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[26])
    else { return nil }
    // The range of nanoseconds in 64 bits.
    guard 1700...2200 ~= year else { return nil }
    let ahead = (hours * 3_600 + minutes * 60) * (bytes[26] == UInt8(ascii: "+") ? 1 : -1)
    let seconds =
      daysSince1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - ahead
    return (seconds * 1_000_000 + micro) * 1_000
  }

  private static func number(
    _ digits: ArraySlice<UInt8>, _ range: ClosedRange<Int64> = 0...999_999
  ) -> Int64? {
    var value: Int64 = 0
    for digit in digits {
      guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit else { return nil }
      value = value * 10 + Int64(digit - UInt8(ascii: "0"))
    }
    return range.contains(value) ? value : nil
  }

  /// Days of the Gregorian calendar, counted in years that begin in March, so that the leap day is
  /// the last of its year (H. Hinnant, "chrono-compatible low-level date algorithms").
  private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let march = month > 2 ? year : year - 1
    let century = march / 400
    let yearOfCentury = march - century * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfCentury =
      yearOfCentury * 365 + yearOfCentury / 4 - yearOfCentury / 100 + dayOfYear
    return century * 146_097 + dayOfCentury - 719_468
  }
}
