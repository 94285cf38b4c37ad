import Checkers
import Environment
import Harness
import Judging
import Operations

/// What happened in the history of a minimal witness, in order and in words.
struct ExplanationSteps {
  /// A step, with when it happened.
  struct Step: Hashable {
    var at: Instant
    var text: String
  }

  private var stories: MessageStories
  private var seen: [Int]
  private var deliveries: [Int]
  private let words: StepWords
  private let names: HistoryNames
  private let messages: [MessageID]
  private var quiet: [OperationID: Action] = [:]
  private(set) var steps: [Step] = []

  /// The steps of a witness's history.
  init(_ minimal: MinimalWitness, names: HistoryNames = .own) {
    self.names = names
    let queues = minimal.history.header.queues
    messages = minimal.messages
    stories = MessageStories(of: messages)
    seen = messages.map { _ in 0 }
    deliveries = seen
    words = StepWords(names: names) { id in
      queues.first { $0.id == id }.map { "queue \($0.name)" } ?? "queue \(id)"
    }
    for event in minimal.history.events { observe(event) }
  }

  private mutating func observe(_ timed: TimedEvent) {
    stories.observe(timed)
    var wasTold = false
    for (place, life) in stories.lives.enumerated() {
      let count = life.events.count + life.omittedEvents
      guard count > seen[place], let event = life.events.last else { continue }
      seen[place] = count
      wasTold = true
      if case .delivered = event.kind { deliveries[place] += 1 }
      if case .written = event.kind { continue }
      let text = words.words(
        for: event, of: life.message, delivery: deliveries[place], after: life.events.dropLast()
      ).text
      steps.append(Step(at: timed.at, text: "\(names.name(of: life.message)): \(text)"))
    }
    if !wasTold { tell(timed) }
  }

  /// Tells what is about no message.
  private mutating func tell(_ timed: TimedEvent) {
    let text: String
    switch timed.event {
    case .invoked(let invocation):
      guard let asked = words.words(for: invocation) else { return }
      quiet[invocation.operation] = invocation.action
      text = asked
    case .completed(let operation, let outcome):
      guard quiet[operation] != nil else { return }
      text = "\(names.name(of: operation)) \(words.ending(outcome))"
    case .fault(let fault): text = words.words(for: fault)
    case .broker(let event): text = words.words(for: event)
    case .delivered(let delivery):
      let message = names.name(of: delivery.receipt.message)
      text = "\(message): delivered from \(words.label(delivery.queue))"
    case .phase(let phase):
      // Jepsen does not tell of any.
      if names.areImported { return }
      text = "the \(phase.name) phase began"
    default: return
    }
    steps.append(Step(at: timed.at, text: text))
  }
}

extension StepWords {
  /// That a client asked for something; nil for a publish.
  fileprivate func words(for invocation: Invocation) -> String? {
    let who = names.name(of: invocation.client, doing: invocation.operation)
    let from = "(\(names.name(of: invocation.operation)), \(label(invocation.queue)))"
    switch invocation.action {
    case .publish: return nil
    case .get: return "\(who) asked for a message \(from)"
    case .take: return "\(who) asked to take a message \(from)"
    case .drain: return "\(who) began to take until nothing is left \(from)"
    case .consume(let prefetch):
      let limit = prefetch == 0 ? "without a limit" : "for \(prefetch) at a time"
      return "\(who) asked for messages \(limit) \(from)"
    }
  }

  fileprivate func ending(_ outcome: Outcome) -> String {
    switch outcome {
    case .ok(.empty): "found the queue empty"
    case .ok: "was accepted"
    case .fail: "certainly failed"
    case .info where names.areImported: "ended in doubt"
    case .info(let doubt): "ended in doubt: \(doubt.words)"
    }
  }
}
