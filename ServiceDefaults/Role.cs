namespace ReelBallers.ServiceDefaults;

/// <summary>What a user may do. A higher role includes the lower ones.</summary>
public enum Role
{
    /// <summary>Use the app.</summary>
    User = 0,

    /// <summary>Look after users: an operator.</summary>
    Support = 1,

    /// <summary>Everything, money and roles included: an operator.</summary>
    Admin = 2,
}

/// <summary>The names of roles in the APIs.</summary>
public static class Roles
{
    /// <summary>The name of a role.</summary>
    public static string ToText(this Role role) => role switch
    {
        Role.User => "user",
        Role.Support => "support",
        Role.Admin => "admin",
    };

    /// <summary>The role of this name; null for another text.</summary>
    public static Role? Parse(string? text) => text switch
    {
        "user" => Role.User,
        "support" => Role.Support,
        "admin" => Role.Admin,
        _ => null,
    };
}
