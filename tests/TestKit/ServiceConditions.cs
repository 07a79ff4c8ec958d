using Grpc.Core;
using ReelBallers.Operations.V1;

namespace ReelBallers.TestKit;

/// <summary>What a service says that needs an operator.</summary>
public static class ServiceConditions
{
    /// <summary>All lists, by their kind.</summary>
    public static async Task<IReadOnlyDictionary<string, ConditionList>> ConditionsAsync(this ServiceApp app)
    {
        var lists = new Dictionary<string, ConditionList>();
        using var call = new OperationsService.OperationsServiceClient(app.Invoker()).ListConditions(new ListConditionsRequest());
        await foreach (var list in call.ResponseStream.ReadAllAsync())
        {
            lists.Add(list.Kind, list);
        }
        return lists;
    }

    /// <summary>The text of the condition of a kind whose subject begins so; null when there is none.</summary>
    public static async Task<string?> ConditionAsync(this ServiceApp app, string kind, string subject) =>
        (await app.ConditionsAsync())[kind].Conditions
            .SingleOrDefault(one => one.Subject.StartsWith(subject, StringComparison.Ordinal))?.Text;
}
