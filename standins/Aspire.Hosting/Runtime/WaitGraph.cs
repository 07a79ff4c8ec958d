using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Runtime;

/// <summary>Who needs whom among the processes; a wait for something inside another is a wait for the whole.</summary>
internal sealed class WaitGraph
{
    private readonly Dictionary<Runner, HashSet<Runner>> needs = [];

    public static WaitGraph Of(IEnumerable<Runner> runners, bool withReferences = false)
    {
        var all = runners.ToDictionary(runner => runner.Resource);
        var graph = new WaitGraph();
        foreach (var (resource, runner) in all)
        {
            var needed = resource.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource);
            if (withReferences)
            {
                needed = needed.Concat(resource.Annotations.OfType<ReferenceAnnotation>().Select(reference => reference.Resource));
            }
            graph.needs[runner] = needed
                .Select(other => other is IResourceWithParent { Parent: var parent } ? parent : other)
                .Where(other => other != resource && all.ContainsKey(other))
                .Select(other => all[other])
                .ToHashSet();
        }
        if (!withReferences)
        {
            graph.RefuseCircles();
        }
        return graph;
    }

    public IEnumerable<Runner> WaitsOf(Runner runner) => needs[runner];

    public IEnumerable<Runner> CallersOf(Runner runner) => needs.Where(entry => entry.Value.Contains(runner)).Select(entry => entry.Key);

    private void RefuseCircles()
    {
        var settled = new HashSet<Runner>();
        while (needs.Keys.FirstOrDefault(runner => !settled.Contains(runner) && needs[runner].IsSubsetOf(settled)) is { } next)
        {
            settled.Add(next);
        }
        if (settled.Count < needs.Count)
        {
            throw new DistributedApplicationException(
                $"These wait for each other in a circle: {string.Join(", ", needs.Keys.Except(settled).Select(runner => runner.Name))}.");
        }
    }
}
