namespace ReelBallers.Accounts;

/// <summary>Reads the member <c>mail</c> of <c>PUT /api/account</c>.</summary>
internal static class MailSettingsRequest
{
    /// <summary>The kinds to switch on or off; the errors when it is none.</summary>
    public static (Dictionary<MailKind, bool> Kinds, List<(string, string)> Errors) Read(IReadOnlyDictionary<string, bool?>? named)
    {
        var (kinds, errors) = (new Dictionary<MailKind, bool>(), new List<(string, string)>());
        if (named is not { Count: > 0 } || named.Keys.Any(name => MailKinds.Parse(name) is null))
        {
            errors.Add(("mail", "must name one kind or more, as GET /api/account lists them"));
            return (kinds, errors);
        }
        foreach (var (name, enabled) in named)
        {
            var kind = MailKinds.Parse(name)!.Value;
            if (enabled is not { } isOn)
            {
                errors.Add(($"mail.{name}", "must be true or false"));
            }
            else if (!isOn && kind.IsRequired())
            {
                errors.Add(($"mail.{name}", $"must be true: {name} cannot be switched off"));
            }
            else
            {
                kinds.Add(kind, isOn);
            }
        }
        return (kinds, errors);
    }
}
