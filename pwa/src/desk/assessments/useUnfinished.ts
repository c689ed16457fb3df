import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { AssessmentPaper } from '@/contract'
import { dropUnfinished, keepUnfinished, readUnfinished } from '@/core/unfinished'
import { me } from '@/desk/data/me'

type Said = Record<string, string>
interface Kept {
  /** Of the paper as it was when this was typed. */
  version: number
  said: Said
}

export interface Unfinished {
  /** The sentences in the form. */
  said: Ref<Said>
  /** What was left from before, while it has not been handed in or thrown away; `isOlder`: the paper has gone on since. */
  left: ShallowRef<{ isOlder: boolean } | null>
  /** A paper is shown: is there anything left of it? What can no longer be handed in is dropped. */
  look(paper: AssessmentPaper): void
  /** The form is opened: with what was left, else with what was handed in. */
  begin(paper: AssessmentPaper): void
  /** On every change. */
  put(paper: AssessmentPaper, key: string, sentence: string): void
  /** Thrown away: as it was handed in. */
  drop(paper: AssessmentPaper): void
}

/** A self-assessment that is half written outlives the page; only for who wrote it, on this computer. */
export function useUnfinished(): Unfinished {
  const said = ref<Said>({})
  const left = shallowRef<{ isOlder: boolean } | null>(null)

  function look(paper: AssessmentPaper): void {
    const kept = readKept(paper)
    if (kept && (!paper.may.includes('submit') || isSame(kept.said, paper.said))) return drop(paper)
    left.value = kept && { isOlder: kept.version !== paper.version }
  }
  function begin(paper: AssessmentPaper): void {
    look(paper)
    said.value = { ...paper.said, ...readKept(paper)?.said }
  }
  function put(paper: AssessmentPaper, key: string, sentence: string): void {
    said.value = { ...said.value, [key]: sentence }
    const { person, about } = whose(paper)
    keepUnfinished(person, about, { version: paper.version, said: said.value } satisfies Kept)
  }
  function drop(paper: AssessmentPaper): void {
    const { person, about } = whose(paper)
    dropUnfinished(person, about)
    left.value = null
    said.value = { ...paper.said }
  }
  return { said, left, look, begin, put, drop }
}

const whose = ({ id }: AssessmentPaper) => ({ person: me.value?.id ?? '', about: `assessment.${id}` })

function readKept(paper: AssessmentPaper): Kept | null {
  const { person, about } = whose(paper)
  const kept = readUnfinished(person, about) as Partial<Kept> | null
  return kept?.said ? { version: kept.version ?? 0, said: kept.said } : null
}

/** Spaces are not words. */
const isSame = (one: Said, other: Said): boolean =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) => (one[key] ?? '').trim() === (other[key] ?? '').trim())
