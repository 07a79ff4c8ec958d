namespace ReelBallers.Jobs;

internal enum IntentKind
{
    /// <summary>Give up a job that nobody was told of.</summary>
    Abandon,

    /// <summary>Submit it to RunPod.</summary>
    Dispatch,

    /// <summary>Read its status from RunPod until it ends.</summary>
    Poll,

    /// <summary>Tell RunPod to stop it.</summary>
    Cancel,

    /// <summary>Move the money as its outcome says.</summary>
    Charge,
}

internal static class IntentKinds
{
    public static string ToText(this IntentKind kind) => kind switch
    {
        IntentKind.Abandon => "abandon",
        IntentKind.Dispatch => "dispatch",
        IntentKind.Poll => "follow",
        IntentKind.Cancel => "stop",
        IntentKind.Charge => "settle",
    };

    public static IntentKind Parse(string text) => Enum.GetValues<IntentKind>().Single(kind => kind.ToText() == text);
}
