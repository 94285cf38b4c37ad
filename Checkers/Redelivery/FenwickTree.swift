/// Sums and maxima over prefixes of an array whose elements change, each in O(log n).
///
/// Fenwick, "A new data structure for cumulative frequency tables", Software: Practice and
/// Experience 24 (1994).
struct FenwickTree<Value: Sendable>: Sendable {
  private var nodes: [Value]
  private let neutral: Value
  private let combine: @Sendable (Value, Value) -> Value

  /// A tree of `count` elements that are all `neutral`.
  init(count: Int, neutral: Value, combine: @escaping @Sendable (Value, Value) -> Value) {
    nodes = Array(repeating: neutral, count: count + 1)
    self.neutral = neutral
    self.combine = combine
  }

  /// Combines the element at `place` with a value.
  mutating func add(_ value: Value, at place: Int) {
    var node = place + 1
    while node < nodes.count {
      nodes[node] = combine(nodes[node], value)
      node += node & -node
    }
  }

  /// All elements before `place`, combined.
  func prefix(_ place: Int) -> Value {
    var (node, result) = (place, neutral)
    while node > 0 {
      result = combine(result, nodes[node])
      node -= node & -node
    }
    return result
  }
}

/// The place of the first element of a sorted array that is not lower than a value.
func lowerBound(_ values: [Int64], _ value: Int64) -> Int {
  var (low, high) = (0, values.count)
  while low < high {
    let middle = (low + high) / 2
    if values[middle] < value { low = middle + 1 } else { high = middle }
  }
  return low
}
