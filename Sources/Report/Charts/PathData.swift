/// The `d` attribute of an SVG path, in tenths of a unit.
struct PathData {
  private(set) var text = ""

  mutating func move(_ x: Double, _ y: Double) { text += "M\(Self.number(x)) \(Self.number(y))" }
  mutating func line(_ x: Double, _ y: Double) { text += "L\(Self.number(x)) \(Self.number(y))" }
  mutating func horizontal(_ x: Double) { text += "H\(Self.number(x))" }
  mutating func vertical(_ y: Double) { text += "V\(Self.number(y))" }
  mutating func close() { text += "Z" }

  /// A coordinate: `12`, `12.3`.
  static func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    let magnitude = tenths.magnitude
    let fraction = magnitude % 10 == 0 ? "" : ".\(magnitude % 10)"
    return (tenths < 0 ? "-" : "") + "\(magnitude / 10)" + fraction
  }
}
