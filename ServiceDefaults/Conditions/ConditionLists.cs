using System.Runtime.CompilerServices;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using ReelBallers.Operations.V1;

namespace ReelBallers.ServiceDefaults;

/// <summary>The conditions of a service, as it says them.</summary>
public sealed class ConditionLists(IEnumerable<IConditionSource> sources)
{
    /// <summary>How many of a kind are listed.</summary>
    public const int MaxListed = 1000;

    private const int MaxLength = 300;

    /// <summary>A list for each kind. A kind that cannot be read is left out, and its failure is thrown after the others.</summary>
    public async IAsyncEnumerable<ConditionList> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Exception? failure = null;
        foreach (var source in sources)
        {
            ConditionList? list = null;
            try
            {
                list = await ReadAsync(source, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                failure ??= exception;
            }
            if (list is not null)
            {
                yield return list;
            }
        }
        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    private static async Task<ConditionList> ReadAsync(IConditionSource source, CancellationToken cancellationToken)
    {
        var found = await source.ListAsync(MaxListed + 1, cancellationToken);
        var list = new ConditionList { Kind = source.Kind, IsComplete = found.Count <= MaxListed };
        list.Conditions.AddRange(found.Take(MaxListed).Select(one => new Condition
        {
            Subject = OneLine(one.Subject),
            Text = OneLine(one.Text),
            Since = one.Since.ToTimestamp(),
        }));
        return list;
    }

    // An exception's message may contain anything.
    private static string OneLine(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => Rune.IsControl(rune) ? new Rune(' ') : rune).Take(MaxLength));
}
