import Environment
import Harness
@testable import Judging
import Operations
import Testing

@testable import Report

extension SyntheticRun {
  /// Something that is going to happen.
  private enum Cue {
    case publish(Int)
    case end(Int)
    case receive(Int, ClientID)
    case settle(Int, ClientID)
    case open(ClientID)
    case lose(ClientID)
    case event(Event)
  }

  /// The history, in order of time.
  var history: History {
    var cues = frame
    for (number, plan) in plans.enumerated() {
      cues.append((plan.at, .publish(number)))
      cues.append((plan.end, .end(number)))
      for receipt in plan.receipts {
        cues.append((receipt.at, .receive(number, receipt.client)))
        cues.append((receipt.at + 0.004, .settle(number, receipt.client)))
      }
    }
    cues.sort { $0.0 < $1.0 }
    var stage = Stage(header: header)
    for (time, cue) in cues { stage.play(cue, at: SampleResult.at(time), plans) }
    return History(header: header, events: stage.events)
  }

  /// Phases, faults, what the harness saw, and the sessions of all clients.
  private var frame: [(Double, Cue)] {
    var cues: [(Double, Cue)] = [(0, .event(.phase(.setup)))]
    for client in header.clients {
      cues.append((0.1, .open(client.id)))
      if client.node == NodeID(1) {
        cues += [(Self.kill.lowerBound, .lose(client.id)), (45.1, .open(client.id))]
      }
    }
    for queue in header.queues {
      cues.append((0.5, leader(1, of: queue.id)))
      cues.append(
        (
          71,
          .event(
            .broker(
              BrokerEvent(kind: .drained, queue: queue.id, detail: "proved twice on all nodes")))
        ))
    }
    cues += [
      (0.8, .event(.phase(.load))), (13.4, leader(2, of: header.queues[2].id)),
      (17.2, leader(2, of: header.queues[1].id, "several nodes lead it: n1, n2")),
      (46.8, .event(.phase(.recovery))), (62, .event(.phase(.drain))), (72, .event(.phase(.done))),
      (28.4, .event(.broker(BrokerEvent(kind: .nodeDown, node: NodeID(1))))),
      (17.3, .event(.broker(BrokerEvent(kind: .partitioned)))),
      (45.2, .event(.broker(BrokerEvent(kind: .nodeUp, node: NodeID(1))))),
      (46, .event(.broker(BrokerEvent(kind: .healed)))),
    ]
    return cues + faults
  }

  private func leader(_ node: UInt32, of queue: QueueID, _ detail: String = "") -> Cue {
    .event(.broker(BrokerEvent(kind: .leader, node: NodeID(node), queue: queue, detail: detail)))
  }

  private var faults: [(Double, Cue)] {
    [
      (10.8, fault(0, "isolate", .began)),
      (11.9, fault(0, "isolate", .proved, "4 of 4 directed links stalled, 61440 bytes held")),
      (24.8, fault(1, "heal", .began)),
      (25, fault(1, "heal", .proved, "0 of 12 directed links stalled")),
      (28, fault(2, "kill", .began)),
      (28.1, fault(2, "kill", .proved, "n1: process 4711 before, none after, client port closed")),
      (32, fault(3, "start", .began)),
      (45, fault(3, "start", .proved, "n1: process 4890, client port open")),
    ]
  }

  private func fault(
    _ id: UInt32, _ name: String, _ stage: FaultStage, _ detail: String = ""
  ) -> Cue {
    .event(
      .fault(
        FaultEvent(
          fault: FaultID(id), name: name, stage: stage, nodes: name == "heal" ? [] : [NodeID(1)],
          detail: detail)))
  }

  /// Plays the cues: gives sessions, operations, numbers and tags in the order of time.
  private struct Stage {
    struct Client {
      var description: ClientDescription
      var session: SessionID?
      var number: UInt64 = 0
      var tag: UInt64 = 0
    }

    var events: [TimedEvent] = []
    var clients: [Client]
    var nextSession: UInt32 = 0
    var nextOperation: UInt32 = 0
    var operations: [Int: OperationID] = [:]
    /// What consumers hold, by the plan's number and the consumer.
    var held: [Int: [ClientID: (SessionID, UInt64)]] = [:]

    init(header: HistoryHeader) {
      clients = header.clients.map { Client(description: $0) }
    }

    mutating func play(_ cue: Cue, at: Instant, _ plans: [Plan]) {
      switch cue {
      case .event(let event): add(event, at)
      case .open(let client):
        let index = Int(client.rawValue)
        clients[index] = Client(
          description: clients[index].description, session: SessionID(nextSession))
        nextSession += 1
        let opening = SessionOpening(
          session: SessionID(nextSession - 1), client: client,
          node: clients[index].description.node)
        add(.sessionOpened(opening), at)
      case .lose(let client):
        guard let session = clients[Int(client.rawValue)].session else { return }
        clients[Int(client.rawValue)].session = nil
        add(.sessionLost(session, reason: "connection reset"), at)
      case .publish(let number): publish(number, plans[number].message, at)
      case .end(let number):
        guard let operation = operations.removeValue(forKey: number) else { return }
        add(.completed(operation, plans[number].outcome), at)
      case .receive(let number, let client): receive(number, plans[number].message, client, at)
      case .settle(let number, let client):
        guard let (session, tag) = held[number]?.removeValue(forKey: client),
          clients[Int(client.rawValue)].session == session
        else { return }
        let settlement = Settlement(session: session, tag: tag, multiple: false, kind: .ack)
        add(.settled(settlement), at)
      }
    }

    private mutating func add(_ event: Event, _ at: Instant) {
      events.append(TimedEvent(at: at, event))
    }

    private mutating func publish(_ number: Int, _ message: MessageID, _ at: Instant) {
      let index = Int(message.client.rawValue)
      let operation = OperationID(nextOperation)
      nextOperation += 1
      operations[number] = operation
      let invocation = Invocation(
        operation: operation, client: message.client, queue: clients[index].description.queue,
        action: .publish(message))
      add(.invoked(invocation), at)
      guard let session = clients[index].session else { return }
      clients[index].number += 1
      let written = Written(
        operation: operation, session: session, sequence: clients[index].number)
      add(.written(written), at)
    }

    private mutating func receive(
      _ number: Int, _ message: MessageID, _ client: ClientID, _ at: Instant
    ) {
      let index = Int(client.rawValue)
      guard let session = clients[index].session else { return }
      clients[index].tag += 1
      held[number, default: [:]][client] = (session, clients[index].tag)
      let receipt = Receipt(
        session: session, tag: clients[index].tag, message: message, redelivered: false)
      add(.delivered(Delivery(queue: clients[index].description.queue, receipt: receipt)), at)
    }
  }
}

extension SyntheticRun {
  /// What comes out: the checkers' judgement of the history, and its traces.
  static func judge(_ history: History) -> (result: CompareResult, traces: RunTraces) {
    let required: [Guarantee] = [.atLeastOnce, .integrity, .confirmProtocol, .eventualDrain]
    let plan = TestPlan.demanding(
      required, of: history.header,
      Criteria(minimumConfirmed: 100, unavailabilityBound: .seconds(60)))
    var run = SampleResult.faulted
    run.timeline = RunTimeline()
    run.identity.duration = .seconds(72)
    do throws(UnplannedQueue) {
      let judged = try HistoryJudge.judge(history, plan: plan)
      run.timeline = judged.run.timeline
      run.queues = judged.run.queues
    } catch {
      Issue.record(error)
    }
    for place in run.schedule.steps.indices {
      run.schedule.steps[place].at = [10, 24, 27.2, 31.2].map { Duration.seconds($0) }[place]
    }
    let result = CompareResult(control: SampleResult.control, run: run)
    var traces = RunTraces(of: run, queues: history.header.queues)
    for event in history.events { traces.observe(event) }
    return (result, traces)
  }
}
