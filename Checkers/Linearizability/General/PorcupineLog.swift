/// Reads the histories with which the checker Porcupine is tested: logs of a register in etcd, as
/// Jepsen prints them, and operations of a store of texts by key.
package enum PorcupineLog {
  /// Why a log cannot be read.
  package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line, from 1.
    package var line: Int
    /// What is wrong with it.
    package var problem: String

    /// The line and what is wrong.
    package var description: String { "line \(line): \(problem)" }
  }

  /// The operations of a register, of lines such as `INFO jepsen.util - 0 :invoke :read nil`.
  ///
  /// A `:cas` that failed has found another value; what timed out never returned.
  package static func register(
    _ text: String
  ) throws(Failure) -> [ConcurrentOperation<CASRegister.Operation>] {
    var calls = OpenCalls<CASRegister.Operation>(model: CASRegister())
    for (number, line) in text.split(separator: "\n").enumerated() {
      let words = line.split { " \t[]".contains($0) }.map(String.init)
      guard words.count >= 7, words[0] == "INFO" else { continue }
      do throws(Problem) {
        guard let process = Int64(words[3]) else { continue }
        let operation = try registerOperation(words[5], words[6...].map(\.self), words[4])
        try calls.take(words[4], process, operation, at: Int64(number))
      } catch {
        throw Failure(line: number + 1, problem: error.text)
      }
    }
    return calls.operations
  }

  private static func registerOperation(
    _ function: String, _ values: [String], _ type: String
  ) throws(Problem) -> CASRegister.Operation? {
    if type == ":info" || values.contains(":timed-out") { return nil }
    let numbers = values.map { Int64($0) }
    switch function {
    case ":read": return .read(numbers.first ?? nil)
    case ":write": if let value = numbers.first ?? nil { return .write(value) }
    case ":cas":
      if numbers.count == 2, let from = numbers[0], let to = numbers[1] {
        return .compareAndSet(from: from, to: to, succeeded: type == ":ok")
      }
    default: break
    }
    throw Problem(text: "\(function) with \(values.joined(separator: " ")) is none of a register")
  }

  /// The operations of a store, of maps such as
  /// `{:process 0, :type :invoke, :f :append, :key "0", :value "x"}`.
  package static func store(
    _ text: String
  ) throws(Failure) -> [ConcurrentOperation<KeyValueStore.Operation>] {
    var calls = OpenCalls<KeyValueStore.Operation>(model: KeyValueStore())
    for (number, line) in text.split(separator: "\n").enumerated() {
      do throws(Problem) {
        let map = try members(of: line)
        guard let process = map[":process"].flatMap({ Int64($0) }), let type = map[":type"] else {
          throw Problem(text: "there is no :process or no :type")
        }
        try calls.take(type, process, storeOperation(map), at: Int64(number))
      } catch {
        throw Failure(line: number + 1, problem: error.text)
      }
    }
    return calls.operations
  }

  private static func storeOperation(
    _ map: [String: String]
  ) throws(Problem) -> KeyValueStore.Operation {
    guard let key = map[":key"], let value = map[":value"] else {
      throw Problem(text: "there is no :key or no :value")
    }
    switch map[":f"] {
    case ":get": return .get(key: key, value)
    case ":put": return .put(key: key, value)
    case ":append": return .append(key: key, value)
    default: throw Problem(text: ":f has to be :get, :put or :append")
    }
  }

  /// The keys and values of a map of one line; strings without their quotes, which hold no others.
  private static func members(of line: Substring) throws(Problem) -> [String: String] {
    var words: [String] = []
    for (place, piece) in line.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
    {
      if place % 2 == 1 {
        words.append(String(piece))
      } else {
        words += piece.split { " ,{}".contains($0) }.map(String.init)
      }
    }
    guard words.count % 2 == 0 else { throw Problem(text: "a key has no value") }
    var map: [String: String] = [:]
    for place in stride(from: 0, to: words.count, by: 2) { map[words[place]] = words[place + 1] }
    return map
  }

  fileprivate struct Problem: Error {
    var text: String
  }
}

/// What processes have invoked and not ended.
private struct OpenCalls<Operation: Sendable & Hashable> {
  private var invoked: [ConcurrentOperation<Operation>] = []
  private var open: [Int64: Int] = [:]
  private let unfinished: (Operation) -> Operation?

  init<M: Model>(model: M) where M.Operation == Operation {
    unfinished = { model.unfinished($0) }
  }

  /// The operations; what did not return is as if nobody knew what came of it.
  var operations: [ConcurrentOperation<Operation>] {
    invoked.compactMap { call in
      if call.to != nil { return call }
      return unfinished(call.operation).map {
        ConcurrentOperation(number: call.number, $0, from: call.from, to: nil)
      }
    }
  }

  /// Takes a line; the operation of an end is nil if nobody knows what came of it.
  mutating func take(
    _ type: String, _ process: Int64, _ operation: Operation?, at: Int64
  ) throws(PorcupineLog.Problem) {
    if type == ":invoke" {
      guard let operation, open[process] == nil else {
        throw PorcupineLog.Problem(text: "process \(process) invokes while another call is open")
      }
      open[process] = invoked.count
      invoked.append(
        ConcurrentOperation(number: invoked.count, operation, from: at, to: nil))
      return
    }
    guard let place = open.removeValue(forKey: process) else {
      throw PorcupineLog.Problem(text: "process \(process) ends what it has not invoked")
    }
    if let operation {
      invoked[place].operation = operation
      invoked[place].to = at
    }
  }
}
