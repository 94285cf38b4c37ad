import Environment
package import Harness

/// Numbers, times and lists as people read them; the same on every machine and in every locale.
package enum Readable {
  /// What stands for a figure that there is not.
  package static let absent = "–"

  /// A count with a comma every three digits.
  package static func count(_ count: Int) -> String {
    let digits = String(count.magnitude)
    var text = count < 0 ? "-" : ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// A share of one in per cent with one decimal: `14.9 %`; `< 0.1 %` for what is not quite none.
  package static func share(_ share: Double) -> String {
    if share < 0 { return "-" + self.share(-share) }
    if share > 0, share < 0.0005 { return "< 0.1 %" }
    return decimal(UInt64((min(share, 1) * 1000).rounded()), places: 1) + " %"
  }

  /// A probability with three decimals; `< 0.001` below.
  package static func probability(_ value: Double) -> String {
    if value < 0.001 { return "< 0.001" }
    let thousandths = String(Int((min(value, 1) * 1000).rounded()))
    if thousandths.count > 3 { return "1" }
    return "0." + String(repeating: "0", count: 3 - thousandths.count) + thousandths
  }

  /// A length of time in three significant digits: `850 ns`, `12.5 ms`, `1.24 s`, `4 min 05 s`.
  package static func duration(_ duration: Duration) -> String {
    let nanoseconds = duration.nanoseconds
    return (nanoseconds < 0 ? "-" : "") + magnitude(nanoseconds.magnitude)
  }

  /// A length of time that somebody chose: like `duration`, but `5 s` instead of `5.00 s`.
  package static func setting(_ duration: Duration) -> String {
    let words = self.duration(duration).split(separator: " ", maxSplits: 1)
    guard words.count == 2, words[0].contains(".") else { return self.duration(duration) }
    let digits = words[0].reversed().drop { $0 == "0" }
    return String((digits.first == "." ? digits.dropFirst() : digits).reversed()) + " " + words[1]
  }

  private static func magnitude(_ nanoseconds: UInt64) -> String {
    switch nanoseconds {
    case ..<1_000: nanoseconds == 0 ? "0 s" : "\(nanoseconds) ns"
    case ..<999_500: threeDigits(nanoseconds, unit: 1_000) + " µs"
    case ..<999_500_000: threeDigits(nanoseconds, unit: 1_000_000) + " ms"
    case ..<99_950_000_000: threeDigits(nanoseconds, unit: 1_000_000_000) + " s"
    default: minutes(rounded(nanoseconds, to: 1_000_000_000))
    }
  }

  /// `value` in `unit`s with two decimals below ten, one below a hundred and none above.
  private static func threeDigits(_ value: UInt64, unit: UInt64) -> String {
    let hundredths = rounded(value, to: unit / 100)
    if hundredths < 1_000 { return decimal(hundredths, places: 2) }
    let tenths = rounded(value, to: unit / 10)
    return tenths < 1_000 ? decimal(tenths, places: 1) : String(rounded(value, to: unit))
  }

  private static func minutes(_ seconds: UInt64) -> String {
    let minutes = seconds / 60
    if minutes < 60 { return "\(minutes) min \(padded(seconds % 60)) s" }
    return "\(minutes / 60) h \(padded(minutes % 60)) min"
  }

  /// A point in time after the origin, in tenths of a second: `12.0 s`.
  package static func offset(_ duration: Duration) -> String {
    let nanoseconds = duration.nanoseconds
    let tenths = rounded(nanoseconds.magnitude, to: 100_000_000)
    return (nanoseconds < 0 && tenths > 0 ? "-" : "") + decimal(tenths, places: 1) + " s"
  }

  /// A wall-clock time in UTC, to the second: `2025-01-31 09:05:00 UTC`.
  package static func time(unixNanoseconds: Int64) -> String {
    let seconds = unixNanoseconds.quotientFlooring(dividingBy: 1_000_000_000)
    let day = seconds.quotientFlooring(dividingBy: 86_400)
    let second = UInt64(seconds - day * 86_400)
    let (year, month, dayOfMonth) = civil(day)
    return "\(year)-\(padded(UInt64(month)))-\(padded(UInt64(dayOfMonth)))"
      + " \(padded(second / 3600)):\(padded(second / 60 % 60)):\(padded(second % 60)) UTC"
  }

  /// `a`, `a and b`, `a, b and c`.
  package static func list(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }

  /// `1 message`, `2,030 messages`.
  package static func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    "\(self.count(count)) \(count == 1 ? one : many ?? one + "s")"
  }

  /// The figure of a measure; a dash where there is none.
  package static func figure(_ value: MeasureValue?) -> String {
    switch value {
    case .count(let count): self.count(count)
    case .duration(let duration): self.duration(duration)
    case .absent, nil: absent
    }
  }

  /// `text` with its first letter in upper case.
  package static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }

  /// `text` in so many characters; what is left out is left out in the middle, since both ends tell
  /// texts apart.
  package static func shortened(_ text: String, to count: Int) -> String {
    guard text.count > count else { return text }
    guard count > 1 else { return String(text.prefix(max(0, count))) }
    let end = (count - 1) / 2
    return text.prefix(count - 1 - end) + "…" + text.suffix(end)
  }

  /// `text` without control characters, which could command a terminal or break a table.
  package static func printable(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      return isControl || scalar.properties.generalCategory == .format ? " " : scalar
    }
    return String(String.UnicodeScalarView(scalars))
  }

  private static func rounded(_ value: UInt64, to unit: UInt64) -> UInt64 {
    value / unit + (value % unit >= unit / 2 ? 1 : 0)
  }

  private static func decimal(_ scaled: UInt64, places: Int) -> String {
    let scale: UInt64 = places == 1 ? 10 : 100
    let fraction = String(scaled % scale)
    let zeros = String(repeating: "0", count: places - fraction.count)
    return "\(scaled / scale).\(zeros)\(fraction)"
  }

  private static func padded(_ value: UInt64) -> String {
    value < 10 ? "0\(value)" : "\(value)"
  }

  /// Year, month and day of a day counted from 1970-01-01 in the proleptic Gregorian calendar.
  ///
  /// Years begin in March, so that the leap day is the last; eras are 400 years of 146,097 days.
  private static func civil(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = day + 719_468
    let era = shifted.quotientFlooring(dividingBy: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}

extension Int64 {
  /// The quotient rounded towards minus infinity; the divisor must be above zero.
  fileprivate func quotientFlooring(dividingBy divisor: Int64) -> Int64 {
    self >= 0 ? self / divisor : -1 - (-1 - self) / divisor
  }
}
