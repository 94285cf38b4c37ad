import Environment
import Harness
import Judging
import Operations

extension StoryTeller {
  /// What happened to the message.
  func steps(_ events: [LifeEvent]) -> [Story.Step] {
    var deliveries = 0
    return events.enumerated().compactMap { place, event -> Story.Step? in
      switch event.kind {
      case .answered(_, let positive, _) where Self.isSaidByEnd(event.at, positive, in: events):
        return nil
      case .delivered: deliveries += 1
      default: break
      }
      let (text, isKey) = words.words(for: event, delivery: deliveries, after: events[..<place])
      return Story.Step(at: event.at, kind: isKey ? .key : .message, text: text)
    }
  }

  /// Whether the end of the publish at the same instant says the same as the broker's answer.
  private static func isSaidByEnd(
    _ at: Instant, _ positive: Bool, in events: [LifeEvent]
  ) -> Bool {
    events.contains { event in
      guard event.at == at, case .ended(let outcome) = event.kind else { return false }
      return outcome == (positive ? .ok(.confirmed) : .info(.nacked))
    }
  }

  /// What went on around the message: faults, what the harness saw of the queue and of the nodes,
  /// phases.
  func context(of queue: QueueID, from: Instant, to: Instant) -> [Story.Step] {
    let range = from...to
    let faults = run.timeline.faults.filter { range.contains($0.at) }.map { record in
      Story.Step(at: record.at, kind: .context, text: words.words(for: record.event))
    }
    let events = traces.stories.brokerEvents.filter { record in
      range.contains(record.at) && (record.event.queue.map { $0 == queue } ?? true)
    }.map { record in
      let isProof = record.event.kind == .drained || record.event.kind == .undrained
      return Story.Step(
        at: record.at, kind: isProof ? .key : .context, text: words.words(for: record.event))
    }
    let phases = run.timeline.phases.filter { range.contains($0.from) }.map { phase in
      Story.Step(
        at: phase.from, kind: .context, text: "the \(phase.phase.name) phase began")
    }
    return phases + faults + events
  }

  /// How what happened is told.
  var words: StepWords {
    StepWords { queue in
      run.queues.first { $0.description.id == queue }.map { "the \(run.label(of: $0)) queue" }
        ?? "queue \(queue)"
    }
  }

  func label(of queue: QueueID) -> String { words.label(queue) }

  /// `client 4 on n2`.
  func text(_ party: Party) -> String { words.text(party) }

  func client(_ party: Party) -> String { words.client(party) }

  func node(_ party: Party) -> String { words.node(party) }
}
