import Environment
import Testing

@testable import Operations

/// What a Jepsen history of a queue becomes.
@Suite struct JepsenImportTests {
  private static let start = """
    {:process 0 :type :invoke :f :enqueue :value 10 :time 5000}
    {:process 1 :type :invoke :f :dequeue :value nil :time 5000}
    {:process 0 :type :ok :f :enqueue :value 10 :time 9000}
    {:process 1 :type :ok :f :dequeue :value 10 :time 9999 :redelivered true}

    """

  private func imported(_ text: String) throws -> JepsenImport {
    try JepsenImport(JepsenHistory(parsing: Array(text.utf8)), name: "q")
  }

  private func failure(_ text: String) -> JepsenError? {
    do throws(JepsenError) {
      _ = try JepsenImport(try JepsenHistory(parsing: Array(text.utf8)), name: "q")
      return nil
    } catch {
      return error
    }
  }

  /// Where the queue was proved empty: after how many completed operations.
  private func proof(_ text: String) throws -> Int? {
    let events = try imported(text).history.events.map(\.event)
    let place = events.firstIndex { event in
      if case .broker(let broker) = event { broker.kind == .drained } else { false }
    }
    return place.map { place in
      events[..<place].count { if case .completed = $0 { true } else { false } }
    }
  }

  private static func event(_ at: Int64, _ event: Event) -> TimedEvent {
    TimedEvent(at: Instant(nanoseconds: at), event)
  }

  private static func opening(_ number: UInt32) -> Event {
    .sessionOpened(
      SessionOpening(session: SessionID(number), client: ClientID(number), node: NodeID(0)))
  }

  private static func invoked(_ number: UInt32, _ client: UInt32, _ action: Action) -> Event {
    .invoked(
      Invocation(
        operation: OperationID(number), client: ClientID(client), queue: QueueID(0),
        action: action))
  }

  private static func written(_ number: UInt32, _ session: UInt32) -> Event {
    .written(Written(operation: OperationID(number), session: SessionID(session), sequence: 0))
  }

  @Test func enqueuesAndDequeuesBecomePublishesAndTakes() throws {
    let imported = try imported(Self.start)
    let message = MessageID(client: ClientID(0), sequence: 0)
    let receipt = Receipt(session: SessionID(1), tag: 1, message: message, redelivered: true)
    #expect(
      imported.history.events == [
        Self.event(5000, .phase(.load)), Self.event(5000, Self.opening(0)),
        Self.event(5000, Self.invoked(0, 0, .publish(message))),
        Self.event(5000, Self.written(0, 0)),
        // The same time, and later by the order.
        Self.event(6000, Self.opening(1)), Self.event(6000, Self.invoked(1, 1, .take)),
        Self.event(6000, Self.written(1, 1)),
        Self.event(9000, .completed(OperationID(0), .ok(.confirmed))),
        Self.event(10_000, .completed(OperationID(1), .ok(.message(receipt)))),
        Self.event(10_000, .phase(.done)),
      ])
    #expect(imported.history.header.clients.map(\.role) == [.publisher, .consumer])
    #expect(imported.history.header.queues.map(\.name) == ["q"])
    #expect(imported.value(of: message) == "10")
    #expect(imported.value(of: MessageID(client: ClientID(0), sequence: 1)) == nil)
    #expect(imported.index(of: OperationID(1)) == 1 && imported.index(of: OperationID(2)) == nil)
    #expect(imported.knowledge.knowsFlags && imported.knowledge.knowsTimes)
  }

  @Test func aDrainIsTakesWithinItsTime() throws {
    let imported = try imported(
      """
      {:process 4 :type :invoke :f :drain :value nil :index 7}
      {:process 4 :type :ok :f :drain :value [5 :a "b"] :index 9}
      """)
    let actions = imported.history.events.compactMap { event -> Action? in
      if case .invoked(let invocation) = event.event { invocation.action } else { nil }
    }
    #expect(actions == [.drain, .take, .take, .take])
    let received = imported.history.events.compactMap { event -> String? in
      guard case .completed(_, .ok(.message(let receipt))) = event.event else { return nil }
      #expect(receipt.redelivered, "what is not known is taken for flagged")
      return imported.value(of: receipt.message)
    }
    #expect(received == ["5", ":a", "\"b\""])
    #expect((0..<4).map { imported.index(of: OperationID($0)) } == [7, 7, 7, 7])
    #expect(!imported.knowledge.knowsFlags && !imported.knowledge.knowsTimes)
  }

  @Test func outcomes() throws {
    let text = """
      {:process 0 :type :invoke :f :enqueue :value 1}
      {:process 0 :type :fail :f :enqueue :value 1}
      {:process 0 :type :invoke :f :enqueue :value 2}
      {:process 0 :type :info :f :enqueue :value 2 :error :timeout}
      {:process 1 :type :invoke :f :dequeue}
      {:process 1 :type :fail :f :dequeue :value :exhausted}
      {:process 1 :type :invoke :f :dequeue}
      {:process 1 :type :ok :f :dequeue}
      {:process 1 :type :invoke :f :dequeue}
      {:process 1 :type :info :f :dequeue :error :closed}
      {:process 2 :type :invoke :f :drain}
      {:process 2 :type :info :f :drain :value [2]}
      {:process 3 :type :invoke :f :drain}
      {:process 3 :type :fail :f :drain}
      """
    let history = try imported(text).history
    let outcomes = history.events.compactMap { event -> Outcome? in
      if case .completed(_, let outcome) = event.event { outcome } else { nil }
    }
    #expect(
      outcomes == [
        .fail(.notWritten), .info(.timeout), .fail(.notWritten), .ok(.empty),
        .info(.connectionLost),
        .ok(
          .message(
            Receipt(
              session: SessionID(2), tag: 1, message: MessageID(client: ClientID(0), sequence: 1),
              redelivered: true))),
        .info(.connectionLost), .fail(.notWritten),
      ])
    #expect(history.header.clients.count == 1, "a retired process leaves its client to the next")
    #expect(!history.events.contains(Self.event(0, Self.written(0, 0))), "it certainly failed")
  }

  @Test func valuesAreEnqueuedOnceUnlessTheyFailed() throws {
    func line(_ type: String) -> String {
      "{:process 0 :type :\(type) :f :enqueue :value :x}\n"
    }
    let twice = line("invoke") + line("ok") + line("invoke")
    #expect(failure(twice) == JepsenError(line: 3, .enqueuedTwice(":x")))
    #expect(
      failure(line("invoke") + line("fail") + line("invoke") + line("fail") + line("invoke"))
        == nil)
  }

  @Test(
    arguments: [
      ("read", "1", JepsenError.Problem.notOfQueue(function: "read")),
      ("lock", "1", .notOfQueue(function: "lock")), ("drain", "3", .drained("3")),
      ("drain", "{:a 1}", .drained("{:a 1}")), ("drain", "1.5", .drained("1.5")),
    ])
  func onlyQueuesAreImported(function: String, value: String, problem: JepsenError.Problem) {
    let lines = ["invoke", "ok"].map { type in
      "{:process 0 :type :\(type) :f :\(function) :value \(type == "ok" ? value : "nil")}\n"
    }
    #expect(failure("\n" + lines.joined())?.problem == problem)
  }

  @Test func emptinessNeedsAnEndToAllEnqueues() throws {
    let empty = """
      {:process 1 :type :invoke :f :dequeue}
      {:process 1 :type :ok :f :dequeue :value nil}

      """
    let drain = """
      {:process 2 :type :invoke :f :drain}
      {:process 2 :type :ok :f :drain :value [10]}

      """
    let enqueue = """
      {:process 3 :type :invoke :f :enqueue :value 11}
      {:process 3 :type :ok :f :enqueue :value 11}

      """
    let start = Self.start.replacing(" :time 5000", with: "")
    #expect(try proof(start) == nil)
    #expect(try proof(start + empty) == 3)
    #expect(try proof(start + empty + empty + drain) == 6, "what was taken later refutes it")
    #expect(try proof(start + drain + empty) == 4, "the takes of a drain end with it")
    #expect(try proof(start + empty + enqueue) == nil)
    #expect(try proof(start + drain + enqueue) == nil)
    #expect(try proof(start + empty + enqueue + empty) == 5)
    let lines = empty.split(separator: "\n").map { $0 + "\n" }
    #expect(try proof(lines[0] + enqueue + lines[1]) == nil, "it was invoked before")
    let open = "{:process 5 :type :invoke :f :enqueue :value 12}\n"
    #expect(try proof(start + open + empty) == 3, "what never ends is in doubt from the start")
    let failed = "{:process 6 :type :invoke :f :dequeue}\n{:process 6 :type :fail :f :dequeue}\n"
    #expect(try proof(start + failed) == nil)
  }

  /// Who was invoked first may end last: all that took something have to be looked at.
  @Test func theProofComesAfterAllThatWasTakenLater() throws {
    func operation(_ process: Int, _ type: String, _ function: String, _ value: String) -> String {
      "{:process \(process) :type :\(type) :f :\(function) :value \(value)}\n"
    }
    var text = ""
    for value in ["20", "21"] {
      text += operation(0, "invoke", "enqueue", value) + operation(0, "ok", "enqueue", value)
    }
    let empty = operation(4, "invoke", "dequeue", "nil") + operation(4, "ok", "dequeue", "nil")
    let later = operation(5, "invoke", "dequeue", "nil") + operation(5, "ok", "dequeue", "20")
    let early = operation(3, "invoke", "dequeue", "nil")
    let end = operation(3, "ok", "dequeue", "21")
    #expect(try proof(text + early + empty + later + end) == nil)
    #expect(try proof(text + early + empty + end) != nil)
  }

  /// What a drain took is written down once: by its dequeues, or in its list.
  @Test func drainsDoNotListWhatTheirDequeuesTook() throws {
    let start = "{:process 1 :type :invoke :f :drain}\n{:process 1 :type :invoke :f :dequeue}\n"
    let took = "{:process 1 :type :ok :f :dequeue :value 7}\n"
    let found = failure(start + took + "{:process 1 :type :ok :f :drain :value [7]}")
    #expect(found?.line == 4 && found?.text.contains("dequeues of its own") == true)
    for end in [":exhausted", "[]", "nil"] {
      #expect(failure(start + took + "{:process 1 :type :ok :f :drain :value \(end)}") == nil)
    }
    let nothing = "{:process 1 :type :ok :f :dequeue}\n{:process 1 :type :ok :f :drain :value [7]}"
    #expect(failure(start + nothing) == nil)
  }

  @Test func onlyStoatsOwnFaultsAreFaults() throws {
    let fault = FaultEvent(
      fault: FaultID(3), name: "kill", stage: .unproved, nodes: [NodeID(2), NodeID(1)],
      detail: "\"still\" there\n\\")
    let own = JepsenHistory.text([fault.operation(at: 40)])
    let events = try imported(
      own + "{:process :nemesis :type :info :f :kill :value {:n1 :dead} :time 41}"
    ).history.events
    #expect(
      events == [
        Self.event(40, .phase(.load)), Self.event(40, .fault(fault)),
        Self.event(1040, .phase(.done)),
      ])
  }
}

extension JepsenHistory {
  /// The lines of some operations.
  static func text(_ operations: [JepsenOperation]) -> String {
    var bytes: [UInt8] = []
    for operation in operations { operation.append(to: &bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
