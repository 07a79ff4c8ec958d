namespace ReelBallers.Jobs;

/// <summary>The steps of a job.</summary>
internal enum IntentKind
{
    /// <summary>Abandon a job whose caller got no answer.</summary>
    Abandon,

    /// <summary>Submit it to RunPod.</summary>
    Dispatch,

    /// <summary>Read its status from RunPod until it ends.</summary>
    Poll,

    /// <summary>Cancel it at RunPod.</summary>
    Cancel,

    /// <summary>Settle or release its hold.</summary>
    EndHold,
}

internal static class IntentKinds
{
    public static string ToText(this IntentKind kind) => kind switch
    {
        IntentKind.Abandon => "abandon",
        IntentKind.Dispatch => "dispatch",
        IntentKind.Poll => "poll",
        IntentKind.Cancel => "cancel",
        IntentKind.EndHold => "end_hold",
    };

    public static IntentKind Parse(string text) => TryParse(text) ?? throw new FormatException($"Not a step of a job: {text}");

    /// <summary>Null when no step has this name.</summary>
    public static IntentKind? TryParse(string text) =>
        Enum.GetValues<IntentKind>().Cast<IntentKind?>().SingleOrDefault(kind => kind!.Value.ToText() == text);
}
