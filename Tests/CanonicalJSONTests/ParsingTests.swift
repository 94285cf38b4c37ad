import CanonicalJSON
import Testing

@Suite struct ParsingTests {
  private static let values: [(String, JSONValue)] = [
    ("null", JSONValue.null), (" true ", true), ("false\n", false), ("0", 0), ("-0", 0),
    ("-9223372036854775808", .integer(.min)), ("9223372036854775807", .integer(.max)),
    ("\"\"", ""), (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"),
    (#""\u00e9\ud83d\ude00é😀""#, "é😀é😀"), ("[ ]", []), ("{ }", .object([])),
    ("[1,[2,{\"a\":null}]]", [1, [2, ["a": nil]]]),
    ("{\"b\": 1, \"a\": [true]}", ["b": 1, "a": [true]]),
  ]

  @Test(arguments: values)
  func readsValues(text: String, expected: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == expected)
  }

  @Test(arguments: [
    ("", 1, 1, "ends where a value"), ("\n  [1,\n 2,]", 3, 4, "']' where a value"),
    ("[1 2]", 1, 4, "'2' in a list"), ("{\"a\":1 \"b\":2}", 1, 8, "'\"' in an object"),
    ("{a:1}", 1, 2, "'a' where the name"), ("{\"a\" 1}", 1, 6, "after the name \"a\""),
    ("{\"a\":1,\n\"a\":2}", 2, 1, "appears twice"), ("1.5", 1, 1, "fraction or an exponent"),
    ("[1e3]", 1, 2, "fraction or an exponent"), ("-", 1, 1, "without a digit"),
    ("012", 1, 1, "leading zero"), ("9223372036854775808", 1, 1, "beyond the range"),
    ("-9223372036854775809", 1, 1, "beyond the range"), ("tru", 1, 1, "a word"),
    ("nulls", 1, 5, "'s' after the end"), ("\"abc", 1, 1, "without an end"),
    ("\"a\nb\"", 1, 3, "control character"), (#""\x""#, 1, 2, "an escape"),
    (#""\ud800""#, 1, 2, "an escape"), (#""\ud800\u0041""#, 1, 2, "an escape"),
    (#""\udc00""#, 1, 2, "an escape"), (#""\u12""#, 1, 2, "an escape"),
    ("+1", 1, 1, "'+' where a value"), ("[", 1, 2, "ends where a value"),
    ("[1", 1, 3, "the end of the text in a list"), ("NaN", 1, 1, "'N' where a value"),
  ])
  func namesThePlaceOfAnError(text: String, line: Int, column: Int, problem: String) throws {
    let error = try #require(throws: JSONError.self) { try JSONValue(parsing: text) }
    guard case .syntax(line, column, let found) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(found.contains(problem), "\(found)")
    #expect(error.description.hasPrefix("line \(line), column \(column): "))
  }

  @Test func rejectsInvalidUTF8() throws {
    for bytes in [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] {
      let error = #expect(throws: JSONError.self) {
        try JSONValue(parsing: bytes.map(UInt8.init))
      }
      #expect(error?.description.contains("UTF-8") == true)
    }
  }

  @Test func boundsDepthAndSize() throws {
    let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(throws: Never.self) { try JSONValue(parsing: deep) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: "[" + deep + "]") }
    #expect(throws: JSONError.self) {
      try JSONValue(parsing: String(repeating: "[", count: 1_000_000))
    }
    #expect(throws: Never.self) { try JSONValue(parsing: "1234", limits: JSONLimits(bytes: 4)) }
    #expect(throws: JSONError.self) {
      try JSONValue(parsing: "12345", limits: JSONLimits(bytes: 4))
    }
    #expect(throws: JSONError.self) { try JSONValue(parsing: repeatElement(0x20, count: 17 << 20)) }
  }

  @Test func everyCutAndEveryChangedByteOfATextIsAValueOrAnError() throws {
    let text = Array(#"{"a":[1,-20,"x\u00e9\n",{"b":null,"c":[true,false]}],"é":"😀"}"#.utf8)
    _ = try JSONValue(parsing: text)
    for length in 0..<text.count {
      #expect(throws: JSONError.self) { try JSONValue(parsing: text.prefix(length)) }
    }
    var accepted = 0
    for index in text.indices {
      for byte in UInt8.min...UInt8.max {
        var changed = text
        changed[index] = byte
        guard let value = try? JSONValue(parsing: changed) else { continue }
        accepted += 1
        #expect(try JSONValue(parsing: value.text()) == value)
      }
    }
    #expect(accepted > text.count)
  }
}
