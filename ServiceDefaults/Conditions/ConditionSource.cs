namespace ReelBallers.ServiceDefaults;

/// <summary>Something that needs an operator, for as long as it lasts.</summary>
/// <param name="Subject">What it is about: the same for as long as it lasts, and another one when it begins again.</param>
/// <param name="Text">For people: one line, without secrets and e-mail addresses.</param>
/// <param name="Since">When it began.</param>
public sealed record OpenCondition(string Subject, string Text, DateTimeOffset Since);

/// <summary>Reads the conditions of one kind from the service's database, so that all replicas say the same.</summary>
public interface IConditionSource
{
    /// <summary>The kind; of one service only.</summary>
    string Kind { get; }

    /// <summary>What is open now, the newest first.</summary>
    /// <param name="limit">How many are wanted at most.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<IReadOnlyList<OpenCondition>> ListAsync(int limit, CancellationToken cancellationToken);
}
