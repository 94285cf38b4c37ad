package import Judging
package import Operations

/// What a report shows of a run's history beside its findings: series over time and the lives of
/// witnesses. Feed it every event of the history, in order.
///
///     var traces = RunTraces(of: result, queues: reader.header.queues)
///     _ = try reader.forEach { traces.observe($0) }
///
/// It is not stored: the history is the evidence, lies beside results.json and is read in a second
/// or two, and what is made from it again cannot disagree with it.
package struct RunTraces: Sendable {
  /// What each queue did over time.
  package private(set) var series: RunSeries
  /// The lives of the messages that witness violations.
  package private(set) var stories: MessageStories

  /// The traces of a run that was judged.
  package init(of run: RunResult, queues: [QueueDescription]) {
    series = RunSeries(queues: queues)
    stories = MessageStories(of: run)
  }

  /// Takes the next event of the history.
  package mutating func observe(_ event: TimedEvent) {
    series.observe(event)
    stories.observe(event)
  }
}
