import CanonicalJSON
import Testing

@Suite struct TextTests {
  @Test func compactTextHasNoSpaceAndKeepsTheOrder() {
    let value: JSONValue = ["b": [1, -2, true, nil], "a": ["x": "é\u{1}\n\"\\/\u{7F}"], "e": []]
    #expect(
      value.text()
        == #"{"b":[1,-2,true,null],"a":{"x":"é\u0001\n\"\\/"# + "\u{7F}" + #""},"e":[]}"#)
  }

  @Test func prettyTextIsAFile() {
    let value: JSONValue = ["b": [1, ["c": "d"]], "a": [], "o": .object([])]
    #expect(
      value.text(pretty: true) == """
        {
          "b": [
            1,
            {
              "c": "d"
            }
          ],
          "a": [],
          "o": {}
        }

        """)
  }

  @Test func hexAndNanosecondsHaveOneForm() {
    #expect(JSONValue.hex(0x2a) == "000000000000002a")
    #expect(JSONValue.hex(.max) == "ffffffffffffffff")
    #expect(JSONValue.nanoseconds(.milliseconds(1500)) == 1_500_000_000)
    #expect(JSONValue.nanoseconds(.seconds(-1)) == -1_000_000_000)
    #expect(JSONValue.nanoseconds(.seconds(Int64.max)) == .integer(.max))
    #expect(JSONValue.nanoseconds(.seconds(Int64.min)) == .integer(.min))
  }

  @Test func randomValuesComeBackFromBothForms() throws {
    var random = SplitMix(state: 7)
    for _ in 0..<5_000 {
      let value = random.value(depth: 4)
      #expect(try JSONValue(parsing: value.text()) == value)
      #expect(try JSONValue(parsing: value.bytes(pretty: true)) == value)
      #expect(try JSONValue(parsing: value.text()).text() == value.text())
    }
  }
}

/// Draws small JSON values.
private struct SplitMix {
  var state: UInt64

  mutating func draw(below bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(bound))
  }

  mutating func string() -> String {
    let scalars: [Character] = ["a", "\"", "\\", "\n", "\u{0}", "\u{1F}", "é", "😀", "\u{7F}", "/"]
    return String((0..<draw(below: 6)).map { _ in scalars[draw(below: scalars.count)] })
  }

  mutating func value(depth: Int) -> JSONValue {
    switch draw(below: depth > 0 ? 6 : 4) {
    case 0: return .null
    case 1: return .bool(draw(below: 2) == 0)
    case 2: return .integer(Int64.max / Int64(1 + draw(below: 9)) * (draw(below: 2) == 0 ? 1 : -1))
    case 3: return .string(string())
    case 4: return .array((0..<draw(below: 4)).map { _ in value(depth: depth - 1) })
    default:
      return .object(
        (0..<draw(below: 4)).map { JSONMember("\($0)" + string(), value(depth: depth - 1)) })
    }
  }
}
