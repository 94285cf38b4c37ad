import Testing

@testable import Linearizability

/// Files that are histories, and files that are none.
@Suite struct GeneralHistoryTests {
  private static let good = [
    "0 invoke write 1", "0 ok write 1", "1 invoke read nil", "1 ok read 1",
  ]

  @Test func theFormatIsSeenFromTheContent() throws {
    #expect(try GeneralHistory(parsing: RecordedText.edn(Self.good)).format == .jepsenEDN)
    #expect(try GeneralHistory(parsing: RecordedText.log(Self.good)).format == .jepsenLog)
    let store = RecordedText.store(["0 invoke put k \"v\""])
    #expect(try GeneralHistory(parsing: store).format == .keyValueLines)
    let collection = Array("; a comment\n\n [".utf8) + RecordedText.edn(Self.good) + [0x5D]
    #expect(try GeneralHistory(parsing: collection).format == .jepsenEDN)
  }

  @Test func allFormatsSayTheSame() throws {
    let calls = try GeneralHistory(parsing: RecordedText.edn(Self.good)).calls
    #expect(try GeneralHistory(parsing: RecordedText.log(Self.good)).calls == calls)
    #expect(calls.map(\.from) == [0, 2] && calls.map(\.to) == [1, 3])
  }

  @Test func otherLoggersAndTheNemesisAreLeftOut() throws {
    var text = Array("INFO  jepsen.core - Everything is fine\n".utf8)
    text += RecordedText.log([":nemesis info start"] + Self.good)
    #expect(try GeneralHistory(parsing: text).calls.count == 2)
    let edn = RecordedText.edn([":nemesis info start"] + Self.good)
    #expect(try GeneralHistory(parsing: edn).calls.count == 2)
  }

  /// The error is the one that a check of the bytes throws, with its line.
  private func error(_ model: ModelName, _ bytes: [UInt8]) -> GeneralHistoryError? {
    do {
      _ = try GeneralCheck.run(model, bytes)
      return nil
    } catch {
      return error as? GeneralHistoryError
    }
  }

  @Test func timesThatGoBackAreRefused() {
    let text = """
      {:process 0, :type :invoke, :f :write, :value 1, :time 100}
      {:process 0, :type :ok, :f :write, :value 1, :time 200}
      {:process 1, :type :invoke, :f :read, :value nil, :time 50}
      {:process 1, :type :ok, :f :read, :value 1, :time 60}
      """
    #expect(
      error(.register, Array(text.utf8))
        == GeneralHistoryError(
          line: 3, .syntax("the :time 50 is earlier than 200 before it")))
  }

  /// Neither takes much more memory than the file has, nor a message as long as it.
  @Test func endlessLinesAreRefused() {
    let start = Array("INFO  jepsen.util - 0 :invoke :read nil\n".utf8)
    let blank = start + Array(repeating: 0x0A, count: 3_000_000)
    #expect(error(.register, blank)?.problem == .tooFew(operations: 1))
    let long = start + Array(repeating: UInt8(ascii: "a"), count: (1 << 20) + 1)
    #expect(
      error(.register, long)
        == GeneralHistoryError(line: 2, .syntax("this line is longer than 1048576 bytes")))
    let value = "\"" + String(repeating: "v", count: 100_000) + "\""
    let named = error(.fifo, RecordedText.edn(["0 invoke enqueue \(value)", "0 ok enqueue 1"]))
    #expect((named?.description.count ?? .max) < 300)
  }

  @Test func jsonIsTold() {
    let history = Array("{\"stoat\":\"history\",\"version\":1}\n".utf8)
    #expect(error(.register, history) == GeneralHistoryError(line: 1, .json))
  }

  @Test func emptyFilesAreRefused() {
    #expect(error(.register, []) == GeneralHistoryError(line: 1, .empty))
    #expect(error(.register, Array("\n \n; nothing\n".utf8))?.problem == .empty)
    #expect(error(.register, Array("[]".utf8))?.problem == .empty)
  }

  @Test func tooLittleIsRefused() {
    let one = Array(Self.good.prefix(2))
    for bytes in [RecordedText.edn(one), RecordedText.log(one)] {
      #expect(
        error(.register, bytes) == GeneralHistoryError(line: 2, .tooFew(operations: 1)))
    }
    let open = ["0 invoke write 1", "1 invoke read", "1 fail read"]
    #expect(
      error(.register, RecordedText.edn(open)) == GeneralHistoryError(line: 3, .nothingReturned))
    let nemesis = RecordedText.edn([":nemesis info start"])
    #expect(error(.register, nemesis)?.problem == .tooFew(operations: 0))
  }

  @Test(arguments: [
    (
      ["0 ok write 1"], 1,
      GeneralHistoryError.Problem.endWithoutInvoke(process: 0, function: "write")
    ),
    (["0 invoke write 1", "0 invoke write 1"], 2, .invokeWhileOpen(process: 0)),
    (["0 invoke write 1", "0 ok read 1"], 2, .endWithoutInvoke(process: 0, function: "read")),
    (["0 invoke write 1", "0 info write 1", "0 invoke write 1"], 3, .retired(process: 0)),
    (["0 invoke write 1", "0 info write 1", "0 ok write 1"], 3, .retired(process: 0)),
    (
      good + ["2 invoke write 1", "2 ok write 2"], 6,
      .otherArguments(process: 2, function: "write")
    ),
    (
      good + ["2 invoke cas [1 2]", "2 fail cas [1 2]"], 5,
      .unknownFunction("cas", model: .register)
    ),
    (good + ["2 invoke write nil"], 5, .unfitValue("nil", function: "write")),
    (
      good + ["2 invoke write [1 2]", "2 fail write [1 2]"], 5,
      .unfitValue("[1 2]", function: "write")
    ),
    (good + ["2 invoke read", "2 ok read [1 2]"], 6, .unfitValue("[1 2]", function: "read")),
  ]) func brokenCallsAreRefused(
    lines: [String], line: Int, problem: GeneralHistoryError.Problem
  ) {
    for bytes in [RecordedText.edn(lines), RecordedText.log(lines)] {
      guard let error = error(.register, bytes) else {
        Issue.record("\(lines) is judged")
        continue
      }
      #expect(error.line == line)
      #expect(
        error.problem == problem || "\(error)".contains("[1 2]"), "\(error)")
    }
  }

  @Test(arguments: ModelName.allCases) func otherFunctionsAreRefused(model: ModelName) {
    let lines = ["0 invoke drain", "0 ok drain [1 2]", "1 invoke drain", "1 ok drain []"]
    #expect(
      error(model, RecordedText.edn(lines))
        == GeneralHistoryError(line: 1, .unknownFunction("drain", model: model)))
  }

  @Test(arguments: [
    ("{:process 0 :type :ok :f :get :key \"a\"}", "one of :process"),
    ("{:type :invoke, :key \"a\"}", "one of :process"),
    ("{:process 0, :type :invoke, :f :get, :key \"a\", :value \"b", "ends inside a string"),
    ("{:process 0, :type :invoke, :f :get, :key \"a\", :value", "ends inside its map"),
    ("{:process 0, :type :go, :f :get, :key \"a\", :value nil}", ":go is none of"),
    ("{:process x, :type :invoke, :f :get, :key \"a\", :value nil}", ":process is there twice"),
    ("{:process 0, :process 0, :f :get, :key \"a\", :value nil}", ":process is there twice"),
    ("{:process 0, :type :invoke, :f :get, :key \"a\", :value nil} 7", "something follows"),
    ("7 {:key 1}", "neither"),
  ]) func brokenStoresAreRefused(text: String, message: String) {
    for count in 0...1 {
      let before = count == 0 ? [] : RecordedText.store(["3 invoke get k nil"])
      let error = error(.kv, before + Array(text.utf8))
      #expect(error?.line == count + 1)
      let isFirst = count == 0 || message != "neither"
      #expect("\(error.map(\.description) ?? "")".contains(isFirst ? message : "has to be a map"))
    }
  }

  @Test(arguments: ["x 1", "0 :invoke", "0 :go :read nil", "0 :invoke read nil", "0 :ok :cas [1 2"])
  func brokenLogsAreRefused(rest: String) {
    let text = RecordedText.log(Self.good) + Array("INFO jepsen.util - \(rest)\n".utf8)
    #expect(error(.casRegister, text)?.line == 5)
  }

  /// Whatever is missing at the end of a file, it is not taken for the end of the history, unless
  /// what is left is whole lines.
  @Test func cutFilesAreRefusedOrWhole() throws {
    let store = [
      "0 invoke put k \"v\"", "0 ok put k \"v\"", "0 invoke get k nil", "0 ok get k \"v\"",
    ]
    let files: [(ModelName, [UInt8], Bool)] = [
      (.register, [0x5B] + RecordedText.edn(Self.good) + [0x5D], true),
      (.register, RecordedText.edn(Self.good), false),
      (.register, RecordedText.log(Self.good), false), (.kv, RecordedText.store(store), false),
    ]
    for (model, bytes, isCollection) in files {
      #expect(try GeneralCheck.run(model, bytes).verdict == .linearizable)
      for count in 0..<(bytes.count - 1) {
        let cut = Array(bytes.prefix(count))
        let isWhole = !isCollection && (cut.last == 0x0A || cut.last == UInt8(ascii: "}"))
        if let error = error(model, cut) {
          #expect(error.line >= 1 && error.line <= 5)
        } else {
          #expect(isWhole, "\(String(decoding: cut, as: UTF8.self))")
        }
      }
    }
  }

  @Test func garbageIsRefused() {
    var state: UInt64 = 1
    for count in 1...300 {
      let bytes = (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
      }
      #expect(error(.register, bytes) != nil)
      for start in ["[", "{:key ", "INFO jepsen.util - 0 :invoke "] {
        #expect(error(.kv, Array(start.utf8) + bytes) != nil)
      }
    }
    let text = RecordedText.log(Self.good)
    #expect(error(.register, text + [0xFF, 0x0A])?.line == 5)
  }
}
