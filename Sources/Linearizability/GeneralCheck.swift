/// Judges histories of other programs by the models that have a name.
package enum GeneralCheck {
  /// Whether the operations of a history have an order in which the thing can have done them.
  ///
  /// `isOver` says whether the time is over; it is asked every few milliseconds. The tables of the
  /// search stay within `maximumBytes`, to which the file and its calls are not counted. Throws
  /// where the history has something that is not done to such a thing, or too little to be judged.
  package static func run(
    model: ModelName, history: GeneralHistory, maximumBytes: Int, isOver: () -> Bool
  ) throws(GeneralHistoryError) -> GeneralOutcome {
    switch model {
    case .register: try run(Register(), model, history, maximumBytes, isOver)
    case .casRegister: try run(CASRegister(), model, history, maximumBytes, isOver)
    case .mutex: try run(Lock(), model, history, maximumBytes, isOver)
    case .set: try run(NumberSet(), model, history, maximumBytes, isOver)
    case .fifo: try run(FIFO(), model, history, maximumBytes, isOver)
    case .kv: try run(KeyValueStore(), model, history, maximumBytes, isOver)
    }
  }

  private static func run<M: RecordedModel>(
    _ model: M, _ name: ModelName, _ history: GeneralHistory, _ maximumBytes: Int,
    _ isOver: () -> Bool
  ) throws(GeneralHistoryError) -> GeneralOutcome {
    var operations: [ConcurrentOperation<M.Operation>] = []
    for (number, call) in history.calls.enumerated() {
      if let operation = try model.recorded(call, number: number, name: name) {
        operations.append(operation)
      }
    }
    guard history.calls.count > 1 else {
      throw GeneralHistoryError(
        line: history.lastLine, .tooFew(operations: history.calls.count))
    }
    let inDoubt = operations.count { $0.to == nil }
    guard inDoubt < operations.count else {
      throw GeneralHistoryError(line: history.lastLine, .nothingReturned)
    }
    let check = LinearizabilityCheck(model, maximumBytes: maximumBytes)
    let verdict: GeneralOutcome.Verdict =
      switch check.verdict(on: operations, isOver: isOver) {
      case .linearizable: .linearizable
      case .notLinearizable(let example):
        .notLinearizable(CounterexampleReport(example, of: model, history))
      case .unknown(let reason): .unknown(reason)
      }
    return GeneralOutcome(
      model: name, verdict: verdict, operations: operations.count, inDoubt: inDoubt,
      parts: check.parts(of: operations).count)
  }
}

extension CounterexampleReport {
  /// Puts a counterexample of a history's calls into words.
  fileprivate init<M: RecordedModel>(
    _ example: Counterexample<M>, of model: M, _ history: GeneralHistory
  ) {
    let calls = history.calls
    let last = calls[example.last.number]
    let words = model.words(for: example.last.operation)
    unplaced =
      "Process \(last.invocation.process) invoked \(words.operation) on line "
      + "\(last.invocation.line) and on line \(last.end?.line ?? 0) "
      + "\(last.end?.stage == .foundOther ? "" : "got ")\(words.result), which no order of the "
      + "operations until then explains."
    part = example.part
    isVerified = example.certainty == .verified
    let shown = Self.shownPlaces(of: example)
    rows = shown.map { place in
      let operation = example.window[place]
      let call = calls[operation.number]
      let words = model.words(for: operation.operation)
      let isOpen = operation.to == nil
      let later = isOpen && call.isReturned ? call.end?.line : nil
      return Row(
        process: call.invocation.process, operation: words.operation,
        invoked: call.invocation.line, returned: isOpen ? nil : call.end?.line,
        returnsLater: later,
        result: isOpen ? Self.unreturned(example.effects[place], later: later) : words.result,
        isUnplaced: operation.number == example.last.number)
    }
    omittedRows = example.window.count - rows.count
    statesBefore = example.states.prefix(Self.maximumStates).map { model.words(for: $0) }
    statesAtReturn = example.statesAtReturn.prefix(Self.maximumStates).map { model.words(for: $0) }
    omittedStates =
      example.states.count - statesBefore.count + example.statesAtReturn.count
      - statesAtReturn.count
  }

  /// The last of the window, among them the operation that cannot be placed.
  private static func shownPlaces<M: Model>(of example: Counterexample<M>) -> [Int] {
    let places = Array(example.window.indices)
    guard places.count > maximumRows else { return places }
    // It may have been invoked before many others.
    let tail = places.suffix(maximumRows - 1)
    let last = places.first { example.window[$0].number == example.last.number }
    if let last, !tail.contains(last) { return [last] + tail }
    return Array(places.suffix(maximumRows))
  }

  /// What is to be said of an operation that had not returned by the end of the window.
  private static func unreturned<M: Model>(
    _ effect: Counterexample<M>.EarlierEffect, later: Int?
  ) -> String {
    let state = later.map { "returned later, on line \($0)" } ?? "unknown"
    switch effect {
    case .none: return state
    case .possible: return "\(state); may have come before"
    case .certain: return "\(state); came before"
    }
  }
}
