@testable import Linearizability
import Testing

/// Histories in text, right and wrong ones, of each model that has a name.
@Suite struct GeneralCheckTests {
  private func isLinearizable(_ model: ModelName, _ lines: [String]) throws -> Bool {
    let outcome = try GeneralCheck.run(model, RecordedText.edn(lines))
    #expect(outcome.model == model && outcome.parts == 1)
    return outcome.verdict == .linearizable
  }

  @Test(arguments: [ModelName.register, .casRegister]) func registers(model: ModelName) throws {
    let lines = ["0 invoke write 1", "1 invoke read", "0 ok write 1"]
    #expect(try isLinearizable(model, lines + ["1 ok read nil"]))
    #expect(try isLinearizable(model, lines + ["1 ok read 1"]))
    #expect(try !isLinearizable(model, lines + ["1 ok read 2"]))
    let doubt = ["0 invoke write 1", "0 info write 1", "1 invoke read"]
    #expect(try isLinearizable(model, doubt + ["1 ok read 1"]))
    #expect(try isLinearizable(model, doubt + ["1 ok read nil"]))
    // What failed did not happen.
    let failed = ["0 invoke write 1", "0 fail write 1", "1 invoke read"]
    #expect(try !isLinearizable(model, failed + ["1 ok read 1"]))
  }

  @Test func compareAndSets() throws {
    let lines = [
      "0 invoke write 1", "0 ok write 1", "1 invoke cas [1 2]", "1 ok cas [1 2]", "0 invoke read",
    ]
    #expect(try isLinearizable(.casRegister, lines + ["0 ok read 2"]))
    #expect(try !isLinearizable(.casRegister, lines + ["0 ok read 1"]))
    let failed = [
      "0 invoke write 1", "0 ok write 1", "1 invoke cas [1 2]", "1 fail cas [1 2]",
    ]
    #expect(try isLinearizable(.casRegister, failed))
    // In a log it has found another value.
    #expect(try GeneralCheck.run(.casRegister, RecordedText.log(failed)).report != nil)
    let other = [
      "0 invoke write 1", "0 ok write 1", "1 invoke cas [3 2]", "1 fail cas [3 2]",
    ]
    #expect(
      try GeneralCheck.run(.casRegister, RecordedText.log(other)).verdict == .linearizable)
  }

  @Test func whatTimedOutInALogIsInDoubt() throws {
    let lines = ["0 invoke write 1", "0 info write :timed-out", "1 invoke read", "1 ok read 1"]
    let outcome = try GeneralCheck.run(.register, RecordedText.log(lines))
    #expect(outcome.verdict == .linearizable)
    #expect(outcome.operations == 2 && outcome.inDoubt == 1)
    // A read that timed out changes nothing, and its process goes on.
    let read = ["0 invoke read", "0 fail read :timed-out", "0 invoke read", "0 ok read nil"]
    let other = try GeneralCheck.run(.register, RecordedText.log(read))
    #expect(other.verdict == .linearizable)
    #expect(other.operations == 1 && other.inDoubt == 0)
  }

  @Test func locks() throws {
    let held = ["0 invoke acquire", "0 ok acquire"]
    let second = ["1 invoke acquire", "1 ok acquire"]
    #expect(try !isLinearizable(.mutex, held + second))
    #expect(try isLinearizable(.mutex, held + ["0 invoke release", "0 ok release"] + second))
    #expect(try isLinearizable(.mutex, held + ["0 invoke release", "0 info release"] + second))
    #expect(try !isLinearizable(.mutex, held + ["0 invoke release", "0 fail release"] + second))
    #expect(try isLinearizable(.mutex, ["0 invoke acquire", "0 info acquire"] + second))
  }

  @Test func sets() throws {
    let lines = [
      "0 invoke add 2", "0 ok add 2", "1 invoke add 1", "1 info add 1", "0 invoke read",
    ]
    #expect(try isLinearizable(.set, lines + ["0 ok read #{2}"]))
    #expect(try isLinearizable(.set, lines + ["0 ok read [2 1]"]))
    #expect(try !isLinearizable(.set, lines + ["0 ok read #{1}"]))
    #expect(try !isLinearizable(.set, lines + ["0 ok read [2 2]"]))
    #expect(try !isLinearizable(.set, lines + ["0 ok read #{}"]))
  }

  @Test func queues() throws {
    let lines = [
      "0 invoke enqueue 1", "0 ok enqueue 1", "0 invoke enqueue 2", "0 ok enqueue 2",
      "1 invoke dequeue",
    ]
    #expect(try isLinearizable(.fifo, lines + ["1 ok dequeue 1"]))
    #expect(try !isLinearizable(.fifo, lines + ["1 ok dequeue 2"]))
    #expect(try !isLinearizable(.fifo, lines + ["1 ok dequeue nil"]))
    #expect(
      try isLinearizable(
        .fifo, lines + ["1 info dequeue", "2 invoke dequeue", "2 ok dequeue 2"]))
    #expect(
      try !isLinearizable(
        .fifo, lines + ["1 fail dequeue", "2 invoke dequeue", "2 ok dequeue 2"]))
  }

  @Test func stores() throws {
    let lines = [
      "0 invoke append k \"x 0, {}\"", "1 invoke put m \"q\"", "0 ok append k \"x 0, {}\"",
      "0 invoke get k nil",
    ]
    let good = try GeneralCheck.run(
      .kv, RecordedText.store(lines + ["0 ok get k \"x 0, {}\""]))
    #expect(good.verdict == .linearizable)
    #expect(good.operations == 3 && good.inDoubt == 1 && good.parts == 2)
    let bad = try GeneralCheck.run(.kv, RecordedText.store(lines + ["0 ok get k \"\""]))
    #expect(bad.report?.part == "k")
  }

  /// The order of a file in EDN is that of `:index`.
  @Test func indicesGiveTheOrder() throws {
    func text(_ indices: [Int]) -> [UInt8] {
      let lines = [
        ":process 0 :type :invoke :f :write :value 1", ":process 0 :type :ok :f :write :value 1",
        ":process 1 :type :invoke :f :read :value nil", ":process 1 :type :ok :f :read :value nil",
      ]
      let maps = zip(lines, indices).map { "{\($0) :index \($1)}\n" }
      return Array(maps.joined().utf8)
    }
    #expect(try GeneralCheck.run(.register, text([0, 1, 2, 3])).report != nil)
    #expect(try GeneralCheck.run(.register, text([2, 3, 0, 1])).verdict == .linearizable)
  }

  // MARK: - Words

  @Test func aCounterexampleIsTold() throws {
    let lines = [
      "0 invoke write 1", "0 ok write 1", "1 invoke write 2", "1 info write 2", "0 invoke read",
      "0 ok read 2", "3 invoke cas [2 4]", "2 invoke read", "0 invoke write 5", "2 ok read 3",
      "3 ok cas [2 4]", "0 ok write 5",
    ]
    let outcome = try GeneralCheck.run(.casRegister, RecordedText.edn(lines))
    let report = try #require(outcome.report)
    #expect(report.isVerified)
    #expect(
      report.lines == [
        "Process 2 invoked read on line 8 and on line 10 got 3, which no order of the operations "
          + "until then explains.",
        "Up to the line before there is an order; another algorithm has confirmed this.",
        "Before these operations it was 2.",
        "At that return it can have been 2 or 5 or 4.",
        "   process  operation  invoked  returned  result",
        "   1        write 2    line 3   –         unknown; came before",
        "   3        cas 2 4    line 7   –         returned later, on line 11",
        "!  2        read       line 8   line 10   3",
        "   0        write 5    line 9   –         returned later, on line 12",
      ])
    #expect(report.rows.map(\.isUnplaced) == [false, false, true, false])
    #expect(report.rows.map(\.returnsLater) == [nil, 11, nil, 12])
    #expect(report.omittedRows == 0 && report.omittedStates == 0 && report.part == nil)
  }

  @Test func aLongWindowIsCut() throws {
    let writes = (0..<150).flatMap { ["0 invoke write \($0)", "0 ok write \($0)"] }
    let lines = ["9 invoke read"] + writes + ["9 ok read 777", "8 invoke read"]
    let outcome = try GeneralCheck.run(.register, RecordedText.edn(lines))
    let report = try #require(outcome.report)
    #expect(report.rows.count == CounterexampleReport.maximumRows)
    #expect(report.rows.first?.isUnplaced == true)
    #expect(report.rows.last?.operation == "write 149")
    #expect(report.omittedRows == 151 - report.rows.count)
    #expect(report.statesBefore == ["nil"] && report.statesAtReturn == ["149"])
  }

  @Test func manyStatesAreCut() throws {
    let adds = (0..<5).flatMap { ["\($0) invoke add \($0)", "\($0) info add \($0)"] }
    let lines = adds + ["9 invoke read", "9 ok read #{7}"]
    let report = try #require(try GeneralCheck.run(.set, RecordedText.edn(lines)).report)
    #expect(report.statesBefore == ["{}"])
    #expect(report.statesAtReturn.count == CounterexampleReport.maximumStates)
    #expect(report.omittedStates == 32 - CounterexampleReport.maximumStates)
  }

  /// A result may contradict what returned earlier and was possible as long as nobody knew it.
  @Test func theLastResultMayRuleOutWhatExplainedAnEarlierOne() throws {
    let lines = [
      "0 invoke write 1", "0 ok write 1", "1 invoke cas [1 2]", "2 invoke read", "2 ok read 2",
      "1 fail cas [1 2]",
    ]
    let report = try #require(
      try GeneralCheck.run(.casRegister, RecordedText.log(lines)).report)
    #expect(report.isVerified)
    #expect(report.rows.map(\.isUnplaced) == [true, false])
    #expect(report.statesBefore == ["1"] && report.statesAtReturn == [])
  }
}
