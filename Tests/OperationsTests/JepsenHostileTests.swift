import Environment
import Testing

@testable import Operations

/// Input that is no history must end in an error that says where, soon, and in bounded memory.
@Suite struct JepsenHostileTests {
  private func failure(_ bytes: [UInt8]) -> JepsenError? {
    do throws(JepsenError) {
      _ = try JepsenHistory(parsing: bytes)
      return nil
    } catch {
      return error
    }
  }

  private func failure(_ text: String) -> JepsenError? { failure(Array(text.utf8)) }

  private static let wrong: [(text: String, line: Int, column: Int?, problem: String)] = [
    ("x", 1, 1, "`x` cannot stand here, in a history; an operation is a map, `{:process 0, "),
    ("\n  7", 2, 3, "`7` cannot stand here"),
    ("{}", 1, 1, "an operation has no :process"),
    ("\n {:process 1 :type :ok}", 2, 2, "an operation has no :f"),
    ("{:process 1 :f :read}", 1, 1, "an operation has no :type"),
    ("{:process 1 :process 2}", 1, 21, "an operation has :process twice"),
    ("{:process x", 1, 11, ":process is not a whole number or :nemesis"),
    ("{:process :nemesi}", 1, 11, ":process is not a whole number or :nemesis"),
    ("{:index 99999999999999999999}", 1, 9, ":index is not a whole number of at most 64 bits"),
    ("{:time 1.5}", 1, 8, ":time is not a whole number"),
    ("{:f read}", 1, 5, ":f is not a keyword"),
    ("{:redelivered 1}", 1, 15, ":redelivered is not true, false or nil"),
    ("{:value 007}", 1, 9, "a number is malformed"), ("{:value 1x}", 1, 9, "a number is malformed"),
    ("{:value 1.}", 1, 9, "a number is malformed"), ("{:value -2e}", 1, 9, "a number is"),
    ("{:value :}", 1, 10, "a keyword is empty"), ("{:value }", 1, 9, "`}` cannot stand here"),
    ("{:value 1 :x}", 1, 13, "`}` cannot stand here"),
    ("{:value [1 (2]}", 1, 14, "`]` cannot stand here, in a form"),
    ("{:value {:a}}", 1, 12, "a map has a key without a value"),
    ("{:value 'a}", 1, 9, "`'` cannot stand here"),
    ("{:value #'a}", 1, 10, "`'` cannot stand here"),
    ("{:value \u{1}}", 1, 9, "the byte 0x01 cannot stand here"),
    ("{:value \u{0}}", 1, 9, "the byte 0x00 cannot stand here"),
    ("{:value \"\u{0}\"}", 1, 10, "the byte 0x00 cannot stand here, in a string"),
    ("[{:value 1\n", 2, 1, "the file ends inside an operation that begins on line 1"),
    ("{:value \"a\n", 2, 1, "the file ends inside a string that begins on line 1"),
    ("{:value [\n[]", 2, 3, "the file ends inside a collection that begins on line 1"),
    ("{:value \\", 1, 10, "the file ends inside a character"),
    ("{:value #", 1, 10, "the file ends inside a tag"), ("#_", 1, 3, "the file ends inside"),
    ("[\n", 2, nil, "the file ends inside the collection of its operations"),
    ("[]\n[]", 2, 1, "something follows the collection of operations"),
    ("[] {}", 1, 4, "something follows the collection of operations"),
    ("[)", 1, 2, "`)` cannot stand here"), ("(]", 1, 2, "`]` cannot stand here"),
    ("[[]]", 1, 2, "`[` cannot stand here"), ("#tag", 1, 5, "the file ends inside a tagged"),
    ("#tag 5", 1, 6, "`5` cannot stand here, in a tagged operation"),
    ("{\"at\": 1}", 1, 7, "a keyword is empty"),
  ]

  @Test(arguments: wrong.indices)
  func errorsNameLineAndColumn(index: Int) throws {
    let (text, line, column, problem) = Self.wrong[index]
    let error = try #require(failure(text), "\(text)")
    #expect(error.line == line && error.column == column, "\(text): \(error)")
    guard case .syntax(let found) = error.problem else {
      Issue.record("\(text): \(error)")
      return
    }
    #expect(found.hasPrefix(problem), "\(text): \(error)")
  }

  @Test func columnsCountFromTheLineNotTheChunk() throws {
    let long = String(repeating: "{:process :nemesis :type :info :f :x} ", count: 60_000)
    var parts = JepsenParts()
    var found: JepsenError?
    do throws(JepsenError) {
      try parts.receive(Array(("\n" + long + "{:process ?}").utf8))
      _ = try parts.finish()
    } catch {
      found = error
    }
    #expect(found?.line == 2)
    #expect(found?.column == long.utf8.count + 11)
  }

  @Test(arguments: ["[", "(", "{:a ", "#{", "#t ", "#_", "#_ #_ "])
  func depthIsBounded(opening: String) throws {
    let deep = "{:value " + String(repeating: opening, count: 1_000_000)
    let error = try #require(failure(deep))
    #expect("\(error)".contains("forms lie more than 64 deep in each other"), "\(error)")
  }

  @Test func tokensAreBounded() throws {
    for start in [":", "a", "1"] {
      let error = try #require(
        failure("{:value \(start)" + String(repeating: "1", count: 5_000) + "}"))
      #expect("\(error)".contains("longer than 4096 bytes"), "\(error)")
    }
  }

  /// A line without end is given up before it fills the memory.
  @Test(arguments: ["1 ", " ", "x", ";"]) func operationsAreBounded(filler: String) throws {
    var reader = JepsenReader(maximumBytes: 1 << 16)
    var found: JepsenError?
    let start = Array("{:value [ \(filler == "x" ? "\"" : "")".utf8)
    let chunk = Array(String(repeating: filler, count: 5_000).utf8)
    do throws(JepsenError) {
      for chunk in [start] + Array(repeating: chunk, count: 40) {
        try chunk.withUnsafeBytes { bytes in
          Result { () throws(JepsenError) in try reader.receive(bytes) { _, _ in } }
        }.get()
      }
    } catch {
      found = error
    }
    #expect("\(try #require(found))".contains("longer than 65536 bytes"))
  }

  private static let good = """
    [{:index 0, :time 7, :process 0, :type :invoke, :f :enqueue, :value "aü"}
     #op{:index 1, :time 8, :process 0, :type :ok, :f :enqueue, :value {:a #{1 2.5e3}} :error \\b}
     {:index 2, :process :nemesis, :type :info, :f :kill, :value [[1] (2)] :x nil :redelivered true}
     {:index 3, :process 1, :type :invoke, :f :drain} #_ 5 ; the end
     {:index 4, :process 1, :type :ok, :f :drain, :value [1 2 3]}]
    """

  @Test func everyBeginningOfAHistoryIsSurvived() {
    let bytes = Array(Self.good.utf8)
    #expect(failure(bytes) == nil)
    for count in 1..<bytes.count {
      #expect(failure(Array(bytes.prefix(count))) != nil, "\(count) bytes")
    }
  }

  @Test func changedBytesAreSurvived() {
    var draws = SeededGenerator(seed: 77)
    var errors = 0
    for _ in 0..<5_000 {
      var bytes = Array(Self.good.utf8)
      for _ in 0..<(1 + draws.index(of: 3)) {
        bytes[draws.index(of: bytes.count)] = UInt8(draws.draw(below: 256))
      }
      if failure(bytes) != nil { errors += 1 }
    }
    #expect(errors > 2_500)
  }

  @Test func garbageIsSurvived() {
    var draws = SeededGenerator(seed: 78)
    let pieces = ["{", "}", "[", ":f ", ":process 1 ", ":type :ok ", "\"", "#_", "#", "\\", ";\n"]
    var errors = 0
    for round in 0..<5_000 {
      var bytes: [UInt8] = []
      for _ in 0..<draws.index(of: 40) {
        if round % 2 == 0 {
          bytes.append(UInt8(draws.draw(below: 256)))
        } else {
          bytes += Array(pieces[draws.index(of: pieces.count)].utf8)
        }
      }
      if failure(bytes) != nil { errors += 1 }
    }
    // White space and comments alone are an empty history.
    #expect(errors > 4_000)
  }
}
