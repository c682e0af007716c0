/**
 * Spring Authorization Server with the clients of Matricula, the registry of OAuth 2.0 clients.
 * Start at {@link dev.matricula.spring.MatriculaClients}.
 */
package dev.matricula.spring;
