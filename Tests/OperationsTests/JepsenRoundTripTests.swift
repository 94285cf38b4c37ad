import Environment
import Testing

@testable import Operations

/// Draws Jepsen histories of any kind that keep the rules of processes.
struct JepsenSampler {
  private var draws: SeededGenerator
  private var open: [Int64: JepsenOperation] = [:]
  private var processes: [Int64] = [0, 1, 2, -4, 1 << 40]
  private var next: Int64 = 5
  private var time: Int64 = -50

  init(seed: UInt64) {
    draws = SeededGenerator(seed: seed)
  }

  mutating func history(_ count: Int, isNumbered: Bool) throws -> JepsenHistory {
    let operations = (0..<count).map { number in
      var operation = operation()
      if isNumbered { operation.index = Int64(number) * 3 - 100 }
      return operation
    }
    return try JepsenHistory(operations)
  }

  private mutating func operation() -> JepsenOperation {
    time += Int64(draws.draw(below: 3)) * Int64(draws.draw(below: 1 << 30))
    var operation: JepsenOperation
    let place = draws.index(of: processes.count + 1)
    if place == processes.count {
      operation = JepsenOperation(
        process: .nemesis, type: .info, function: .other, name: "start-partition", value: value())
    } else if var ended = open.removeValue(forKey: processes[place]) {
      ended.type = [.ok, .ok, .fail, .info][draws.index(of: 4)]
      if ended.function != .enqueue { ended.value = value(of: ended.function) }
      if draws.index(of: 3) == 0 { ended.redelivered = draws.index(of: 2) == 0 }
      ended.error = [nil, ":timeout", "[\"a\\\"b\" {:x 1}]"][draws.index(of: 3)]
      if ended.type == .info {
        processes[place] = next
        next += 1
      }
      operation = ended
    } else {
      let function = JepsenFunction.allCases[draws.index(of: JepsenFunction.allCases.count)]
      operation = JepsenOperation(
        process: .client(processes[place]), type: .invoke, function: function,
        name: function == .other ? "do/it!" : nil, value: value(of: function))
      open[processes[place]] = operation
    }
    operation.time = draws.index(of: 10) == 0 ? nil : time
    return operation
  }

  private mutating func value(of function: JepsenFunction) -> JepsenValue {
    switch function {
    case .enqueue: draws.index(of: 4) == 0 ? .text("\"v \(number())\"") : .integer(number())
    case .cas: draws.index(of: 4) == 0 ? .none : .pair(number(), number())
    default: value()
    }
  }

  private mutating func value() -> JepsenValue {
    switch draws.index(of: 6) {
    case 0: .none
    case 1: .list((0..<draws.index(of: 5)).map { _ in number() })
    case 2: .text([":x", "\"ü\n\\\\\"", "{:a [1 2.5]}", "[nil]"][draws.index(of: 4)])
    default: .integer(number())
    }
  }

  private mutating func number() -> Int64 {
    switch draws.index(of: 8) {
    case 0: Int64(bitPattern: draws.next())
    case 1: [.max, .min, -1, 999_999_999_999_999_999][draws.index(of: 4)]
    default: Int64(draws.draw(below: 100))
    }
  }
}

@Suite struct JepsenRoundTripTests {
  @Test(arguments: [true, false])
  func randomHistoriesComeBack(isNumbered: Bool) throws {
    for seed in 0..<2_000 as Range<UInt64> {
      var sampler = JepsenSampler(seed: seed)
      let history = try sampler.history(60, isNumbered: isNumbered)
      let again = try JepsenHistory(parsing: history.bytes)
      try #require(again.operations == history.operations, "seed \(seed)")
      try #require(again.partners == history.partners, "seed \(seed)")
      try #require(again.bytes == history.bytes, "seed \(seed)")
    }
  }

  @Test func linesLookLikeThis() throws {
    let history = try JepsenHistory([
      JepsenOperation(
        index: 0, time: -12, process: .client(3), type: .invoke, function: .enqueue,
        value: .integer(17)),
      JepsenOperation(
        index: 1, time: 98, process: .client(3), type: .info, function: .enqueue,
        value: .integer(17), error: ":timeout"),
      JepsenOperation(process: .client(4), type: .invoke, function: .dequeue),
    ])
    #expect(
      String(decoding: history.bytes, as: UTF8.self) == """
        {:index 0, :time -12, :process 3, :type :invoke, :f :enqueue, :value 17}
        {:index 1, :time 98, :process 3, :type :info, :f :enqueue, :value 17, :error :timeout}
        {:process 4, :type :invoke, :f :dequeue, :value nil}

        """)
  }

  /// In the style of the register histories that Knossos is tested with.
  @Test func registerHistoriesAreReadAndWritten() throws {
    let text = """
      ; The second read is wrong
      [{:process 4, :type :invoke, :f :cas, :value [2 3]}
       {:process 4, :type :fail, :f :cas, :value [2 3]}
       {:process :nemesis, :type :info, :f :start, :value "Cut off {:n2 #{:n1 :n3}}"}
       {:process 7, :type :invoke, :f :read, :value nil}
       {:process 4, :type :invoke, :f :write, :value 5}
       {:process 7, :type :ok, :f :read, :value 4}
       {:process 4, :type :info, :f :write, :value 5}]
      """
    let history = try JepsenHistory(parsing: Array(text.utf8))
    #expect(history.operations.count == 7)
    #expect(history.partners == [1, 0, -1, 5, 6, 3, 4])
    #expect(history.operations[0].value == .pair(2, 3))
    #expect(try JepsenHistory(parsing: history.bytes).operations == history.operations)
  }
}
