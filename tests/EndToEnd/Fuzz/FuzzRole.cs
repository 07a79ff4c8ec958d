namespace ReelBallers.EndToEnd.Tests;

/// <summary>Whose session a request of the fuzz has.</summary>
internal enum FuzzRole
{
    User,
    Support,
    Admin,
}
