import Operations

/// A model whose operations can be read from histories and told to people.
protocol RecordedModel: Model {
  /// The operation of a function with its value, as it was invoked or as it returned; nil if it
  /// cannot have such a value.
  ///
  /// Before it returned, an operation is one whose result nobody knows.
  func operation(_ said: RecordedWords) -> Operation?

  /// What was done and what came of it: `write 3`, `ok`.
  func words(for operation: Operation) -> (operation: String, result: String)

  /// What the thing is like: `7`, `held`.
  func words(for state: State) -> String
}

/// What a history says of a call at one of its ends.
struct RecordedWords {
  /// One of those of the model.
  var function: String
  var key: String?
  var value: JepsenValue
  var stage: HistoryEntry.Stage

  /// Whether it says what came of it.
  var isReturned: Bool { stage == .returned || stage == .foundOther }
}

extension RecordedModel {
  /// The operation of a call, its number being `number`; nil if it had no effect.
  func recorded(
    _ call: RecordedCall, number: Int, name: ModelName
  ) throws(GeneralHistoryError) -> ConcurrentOperation<Operation>? {
    let invoked = try operation(call.invocation, stage: .invoked, name)
    guard let end = call.end, end.stage != .failed else {
      return call.end == nil ? lost(invoked, number, call) : nil
    }
    guard call.isReturned else { return lost(invoked, number, call) }
    let returned: Operation
    if end.value == .none, operation(words(of: end, end.stage)) == nil {
      // Some write a value down only where they begin.
      var told = call.invocation
      told.line = end.line
      returned = try operation(told, stage: end.stage, name)
    } else {
      returned = try operation(end, stage: end.stage, name)
    }
    guard unfinished(returned) == unfinished(invoked), part(of: returned) == part(of: invoked)
    else {
      throw GeneralHistoryError(
        line: end.line, .otherArguments(process: end.process, function: end.function))
    }
    return ConcurrentOperation(number: number, returned, from: call.from, to: call.to)
  }

  private func lost(
    _ invoked: Operation, _ number: Int, _ call: RecordedCall
  ) -> ConcurrentOperation<Operation>? {
    unfinished(invoked).map {
      ConcurrentOperation(number: number, $0, from: call.from, to: nil)
    }
  }

  private func operation(
    _ entry: HistoryEntry, stage: HistoryEntry.Stage, _ name: ModelName
  ) throws(GeneralHistoryError) -> Operation {
    guard name.functions.contains(entry.function) else {
      throw GeneralHistoryError(
        line: entry.line, .unknownFunction(entry.function, model: name))
    }
    guard let operation = operation(words(of: entry, stage)) else {
      throw GeneralHistoryError(
        line: entry.line, .unfitValue(entry.value.words, function: entry.function))
    }
    return operation
  }

  private func words(of entry: HistoryEntry, _ stage: HistoryEntry.Stage) -> RecordedWords {
    RecordedWords(function: entry.function, key: entry.key, value: entry.value, stage: stage)
  }
}

extension JepsenValue {
  /// The value as EDN has it.
  fileprivate var words: String {
    switch self {
    case .none: "nil"
    case .integer(let number): String(number)
    case .pair(let first, let second): "[\(first) \(second)]"
    case .list(let list): "[" + list.map(String.init).joined(separator: " ") + "]"
    case .text(let text): text
    }
  }

  /// A number, nothing, or neither.
  fileprivate enum Scalar {
    case integer(Int64)
    case none
    case other
  }

  fileprivate var scalar: Scalar {
    switch self {
    case .integer(let number): .integer(number)
    case .none: .none
    default: .other
    }
  }
}

extension Register: RecordedModel {
  func operation(_ said: RecordedWords) -> Operation? {
    switch (said.function, said.value.scalar) {
    case ("read", _) where !said.isReturned: .read(nil)
    case ("read", .integer(let value)): .read(value)
    case ("read", .none): .read(nil)
    case ("write", .integer(let value)): .write(value)
    default: nil
    }
  }

  func words(for operation: Operation) -> (operation: String, result: String) {
    switch operation {
    case .read(let value): ("read", words(for: value))
    case .write(let value): ("write \(value)", "ok")
    }
  }

  func words(for state: Int64?) -> String { state.map(String.init) ?? "nil" }
}

extension CASRegister: RecordedModel {
  func operation(_ said: RecordedWords) -> Operation? {
    if said.function == "cas" {
      guard case .pair(let from, let to) = said.value else { return nil }
      let succeeded = said.isReturned ? said.stage == .returned : nil
      return .compareAndSet(from: from, to: to, succeeded: succeeded)
    }
    return switch Register().operation(said) {
    case .read(let value)?: .read(value)
    case .write(let value)?: .write(value)
    case nil: nil
    }
  }

  func words(for operation: Operation) -> (operation: String, result: String) {
    switch operation {
    case .read(let value): ("read", words(for: value))
    case .write(let value): ("write \(value)", "ok")
    case .compareAndSet(let from, let to, let succeeded):
      ("cas \(from) \(to)", succeeded == false ? "found another value" : "ok")
    }
  }

  func words(for state: Int64?) -> String { state.map(String.init) ?? "nil" }
}

extension Lock: RecordedModel {
  /// Values say at most who it was.
  func operation(_ said: RecordedWords) -> Operation? {
    said.function == "acquire" ? .acquire : .release
  }

  func words(for operation: Operation) -> (operation: String, result: String) {
    (operation == .acquire ? "acquire" : "release", "ok")
  }

  func words(for state: Bool) -> String { state ? "held" : "free" }
}

extension NumberSet: RecordedModel {
  /// A read that returns a number twice is right in no state.
  func operation(_ said: RecordedWords) -> Operation? {
    switch (said.function, said.value) {
    case ("read", _) where !said.isReturned: .read([])
    case ("read", .list(let numbers)): .read(numbers.sorted())
    case ("add", .integer(let number)): .add(number)
    default: nil
    }
  }

  func words(for operation: Operation) -> (operation: String, result: String) {
    switch operation {
    case .add(let number): ("add \(number)", "ok")
    case .remove(let number, let wasIn): ("remove \(number)", wasIn == false ? "was not in" : "ok")
    case .contains(let number, let isIn): ("contains \(number)", "\(isIn)")
    case .read(let numbers): ("read", words(for: numbers))
    }
  }

  func words(for state: [Int64]) -> String { "{" + state.words + "}" }
}

extension FIFO: RecordedModel {
  func operation(_ said: RecordedWords) -> Operation? {
    switch (said.function, said.value.scalar) {
    case ("dequeue", _) where !said.isReturned: .lostDequeue
    case ("dequeue", .integer(let number)): .dequeue(number)
    case ("dequeue", .none): .dequeue(nil)
    case ("enqueue", .integer(let number)): .enqueue(number)
    default: nil
    }
  }

  func words(for operation: Operation) -> (operation: String, result: String) {
    switch operation {
    case .enqueue(let number): ("enqueue \(number)", "ok")
    case .dequeue(let number): ("dequeue", number.map(String.init) ?? "empty")
    case .lostDequeue: ("dequeue", "unknown")
    }
  }

  func words(for state: [Int64]) -> String { "[" + state.words + "]" }
}

extension KeyValueStore: RecordedModel {
  /// A get that returned nothing found the empty text.
  func operation(_ said: RecordedWords) -> Operation? {
    guard let key = said.key else { return nil }
    switch (said.function, said.value) {
    case ("get", _) where !said.isReturned: return .get(key: key, "")
    case ("get", .none): return .get(key: key, "")
    case ("get", .text(let text)): return .get(key: key, text)
    case ("put", .text(let text)): return .put(key: key, text)
    case ("append", .text(let text)): return .append(key: key, text)
    default: return nil
    }
  }

  func words(for operation: Operation) -> (operation: String, result: String) {
    switch operation {
    case .get(let key, let text): ("get \(key)", words(for: text))
    case .put(let key, let text): ("put \(key) \(words(for: text))", "ok")
    case .append(let key, let text): ("append \(key) \(words(for: text))", "ok")
    }
  }

  /// The end of a long text says more than its beginning.
  func words(for state: String) -> String {
    let end = state.suffix(60)
    return end.count == state.count ? "\"\(state)\"" : "\"…\(end)\" (\(state.count) characters)"
  }
}

extension [Int64] {
  /// The numbers, or how many there are and some of them.
  fileprivate var words: String {
    let shown = prefix(20).map(String.init).joined(separator: " ")
    return count > 20 ? "\(shown) … (\(count) numbers)" : shown
  }
}
