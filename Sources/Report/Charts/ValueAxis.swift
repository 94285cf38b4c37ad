import Environment
import Glibc
import Judging

/// A vertical axis: from values to heights between 0 (bottom) and 1 (top), with labelled ticks.
struct ValueAxis: Hashable {
  /// A line across the chart.
  struct Tick: Hashable {
    var value: Double
    var label: String
  }

  /// The ticks, the first one at the bottom.
  let ticks: [Tick]
  /// The value at the top.
  let top: Double
  private let isLogarithmic: Bool

  /// Rates from zero to at least `maximum` in even steps: at most five ticks besides zero.
  static func rates(upTo maximum: Double) -> ValueAxis {
    let step = roundStep(atLeast: max(maximum, 0.001) / 5)
    let count = Int((max(maximum, step) / step).rounded(.up))
    let ticks = (0...count).map { place in
      Tick(value: step * Double(place), label: label(ofRate: step * Double(place), step: step))
    }
    return ValueAxis(ticks: ticks, top: step * Double(count), isLogarithmic: false)
  }

  /// Lengths of time that enclose the given ones, with ticks at powers of ten.
  static func times(from least: Duration, to most: Duration) -> ValueAxis {
    var low: Int64 = 1_000
    while low <= least.nanoseconds / 10 { low *= 10 }
    let longest = max(roundStep(atLeast: Double(max(1, most.nanoseconds))), Double(low) * 10)
    var ticks: [Tick] = []
    var power = low
    while Double(power) <= longest {
      ticks.append(Tick(value: Double(power), label: label(ofPower: power)))
      let (next, overflow) = power.multipliedReportingOverflow(by: 10)
      if overflow { break }
      power = next
    }
    return ValueAxis(ticks: ticks, top: longest, isLogarithmic: true)
  }

  /// The height of a value; what is outside the ticks is put at the edge.
  func height(_ value: Double) -> Double {
    let low = ticks[0].value
    let high = top
    let share =
      isLogarithmic
      ? log2(max(value, low) / low) / log2(high / low)
      : (value - low) / (high - low)
    return min(1, max(0, share))
  }

  /// 1, 2 or 5 times a power of ten, and not below `least`, which must be above zero.
  static func roundStep(atLeast least: Double) -> Double {
    precondition(least > 0, "an axis needs a step above zero")
    var power = 1.0
    while power > least { power /= 10 }
    while power * 10 <= least { power *= 10 }
    return [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= least * 0.999_999 } ?? power * 10
  }

  private static func label(ofRate rate: Double, step: Double) -> String {
    if step >= 1 { return Readable.count(Int(rate.rounded())) }
    let thousandths = Int((rate * 1000).rounded())
    let digits = String(1000 + thousandths % 1000).dropFirst().reversed().drop { $0 == "0" }
    let whole = "\(thousandths / 1000)"
    return digits.isEmpty ? whole : whole + "." + String(digits.reversed())
  }

  private static func label(ofPower nanoseconds: Int64) -> String {
    switch nanoseconds {
    case ..<1_000_000: "\(nanoseconds / 1_000) µs"
    case ..<1_000_000_000: "\(nanoseconds / 1_000_000) ms"
    default: Readable.count(Int(nanoseconds / 1_000_000_000)) + " s"
    }
  }
}
